"""Words of the report's page and of the bars on a terminal: for the lender."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "page.report": ("账册报告", "Book report"),
    "data.as_of": ("数据截至 {day} 日终", "Data as at the close of {day}"),
    "data.complete": ("完整", "complete"),
    "data.fresh": ("{asked} 查看：没有缺日终。", "Asked on {asked}: no close is missing."),
    "data.old": ("{asked} 查看：此后已有 {days} 天没有日终。", "Asked on {asked}: {days} days since have no close."),
    "data.later": ("这不是最新的：最后一次日终是 {last}。", "Not the latest: the last close is {last}."),
    "topic.totals": ("总计", "Totals"),
    "topic.buckets": ("逾期账龄", "Buckets"),
    "topic.classes": ("五级分类", "Five-class"),
    "topic.roll": ("滚动率", "Roll rates"),
    "topic.vintage": ("各放款批次", "Vintages"),
    "topic.flow": ("逾期贷款的变化", "Loans past due over time"),
    "topic.month": ("恢复还款与还清逾期", "Resumed payment and cured"),
    "lead.buckets": (
        "未结清 {open} 笔中有 {late} 笔逾期，占 {share}；逾期本息 {overdue}。",
        "Past due: {late} of {open} open loans ({share}); {overdue} of interest and principal is overdue.",
    ),
    "lead.classes": (
        "后三类（次级、可疑、损失）共 {loans} 笔，本金 {principal}，占 {share}。",
        "Substandard and worse: {loans} loans owing {principal}, {share} of all principal.",
    ),
    "lead.roll": (
        "{first} 至 {last} 的 {months} 个月里，月初在「{bucket}」的贷款，每月有 {share} 滑向更长的逾期。",
        'Over {months} months from {first} to {last}, {share} of loans in "{bucket}" moved into longer arrears each month.',
    ),
    "lead.vintage": (
        "到第 {months} 个月，{vintage}放款的一批最高：{share} 曾逾期 {days} 天以上。",
        "At month {months}, loans of {vintage} stand highest: {share} have been {days} or more days past due.",
    ),
    "lead.flow": (
        "{first} 有 {before} 笔逾期，{last} 有 {now} 笔。",
        "Past due on {first}: {before}; on {last}: {now}.",
    ),
    "lead.vintage_none": (
        "各批至今都没有逾期 {days} 天以上的贷款。",
        "So far no loan of any vintage has been {days} or more days past due.",
    ),
    "lead.month": (
        "期初逾期的 {loans} 笔中，{first} 起恢复还款 {resumed} 笔，还清逾期 {cured} 笔：两个数字，一笔可以只占其一。",
        (
            "Of {loans} loans past due at the start, since {first} payment resumed on {resumed} and {cured} were cured: "
            "two numbers, and a loan may count in one alone."
        ),
    ),
    "none.roll": ("还没有两个相连的月末，算不出滚动率。", "There are no two month ends in a row yet, so no roll rates."),
    "none.vintage": ("还没有月末的日终，画不出批次曲线。", "No month end is closed yet, so no vintage curves."),
    "none.month": ("没有更早的日终可以比较。", "There is no earlier close to compare with."),
    "chart.principal": ("各账龄档的未还本金", "Principal owed by bucket"),
    "chart.classes": ("各类的未还本金", "Principal owed by class"),
    "chart.late": (
        "曾逾期 {days} 天以上的笔数占比，横轴为放款后的月数",
        "Share of loans ever {days}+ days past due, by month since disbursement",
    ),
    "chart.flow": ("逾期笔数，按账龄档堆叠", "Loans past due, stacked by bucket"),
    "chart.month": ("各账龄档（期初）的笔数", "Loans by bucket at the start"),
    "head.share": ("占比", "share"),
    "head.recency": ("按近期还款计笔数", "loans by recency"),
    "head.item": ("项目", "item"),
    "head.figure": ("数额", "figure"),
    "head.month_start": ("月初", "start of month"),
    "head.vintage": ("放款", "disbursed"),
    "head.age": ("月数", "months"),
    "head.late": ("曾逾期 {days} 天以上", "ever {days}+ days"),
    "head.charged_off": ("已核销本金", "charged off"),
    "head.lost": ("核销率", "loss share"),
    "head.day": ("日终", "close"),
    "head.late_total": ("逾期合计", "all past due"),
    "head.start": ("期初账龄", "bucket at start"),
    "head.resumed": ("恢复还款", "resumed"),
    "head.cured": ("还清逾期", "cured"),
    "head.received": ("收到", "received"),
    "head.recovered": ("核销后收回", "recovered"),
    "head.at": ("第 {months} 个月", "month {months}"),
    "note.roll": (
        "每格：由左列账龄档起、一个月后到上方所列处的占比，下面是笔数；各行的占比合起来是全部。颜色越醒目占比越高。",
        (
            "Each cell: the share of loans that started in the row's bucket and stood in the column's a month later, their number below; "
            "a row adds up to the whole. The stronger the colour, the more."
        ),
    ),
    "note.buckets": (
        "逾期账龄按合同天数计；「按近期还款」按距上一次足额还款的天数计：重新还款的人先离开后者。",
        "Buckets count contract days past due; recency counts days since the last whole instalment: who pays again leaves it first.",
    ),
    "note.vintage": (
        "占比的分母是这一批在账册中的全部贷款；曲线止于这一批中最晚放款者已到的月数。",
        "Shares are of all loans of the vintage in this Book; a curve ends at the age of its youngest loan.",
    ),
    "note.month": (
        "恢复还款：久未足额还款后又付了一整期。还清逾期：不再有任何逾期，也包括当月才逾期、当月还清的。收到、收回：自期初以来。",
        (
            "Resumed: a whole instalment came in after a long time without one. Cured: nothing is overdue any more, also where a loan "
            "fell late and was cured within the month. Received and recovered: since the start."
        ),
    ),
    "unit.loans": ("{count} 笔", "{count} loans"),
    "unit.of": ("{part} / {whole} 笔", "{part} of {whole} loans"),
    "vintage.year": ("{year}年", "{year}"),
    "vintage.quarter": ("{year}年{quarter}季度", "{year} Q{quarter}"),
    "compact.man": ("{sign}{symbol}{number}万", "{sign}{symbol}{number}k"),
    "compact.yi": ("{sign}{symbol}{number}亿", "{sign}{symbol}{number}M"),
    "foot.report": (
        "由 Arrears 从账册算出；金额精确到最小单位，图中以万、亿约写，悬停可见精确值。",
        "Worked out by Arrears from the Book; amounts are exact, charts abbreviate and show the exact figure on hover.",
    ),
    "bars.flow": ("逾期笔数：{first} 至 {last}", "Loans past due: {first} to {last}"),
    "bars.roll": ("自 {day} 日终以来的迁徙", "Moves since the close of {day}"),
    "bars.month": (
        "期初逾期的 {loans} 笔中：恢复还款 {resumed} 笔；还清逾期 {cured} 笔。",
        "Of {loans} loans past due at the start: payment resumed on {resumed}; {cured} cured.",
    ),
    "bars.vintage": ("各放款批次：曾逾期 {days} 天以上的占比", "Vintages: share ever {days}+ days past due"),
}
