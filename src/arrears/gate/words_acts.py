"""The sentences of the findings about acts: agencies, staff, visits, locations, reports, claims, wording. See words.py."""

from __future__ import annotations

from arrears.gate.words_type import Words
from arrears.kernel.problems import Both


def _words(en: str, zh: str, allowed_en: str, allowed_zh: str) -> Words:
    return Words(Both(en, zh), Both(allowed_en, allowed_zh))


_AGENCY: dict[str, Words] = {
    "agency_not_listed": _words(
        "{agency} is not proved to be on the lender's published list",
        "无法证明{agency}在机构公布的名单内",
        "an agency on that list",
        "名单内的机构",
    ),
    "agency_no_contract": _words(
        "no contract with {agency} is on record", "没有与{agency}的合同记录", "an agency under contract on the day", "当日合同有效的机构"
    ),
    "agency_contract_over": _words(
        "the contract with {agency} ended on {ended}",
        "与{agency}的合同已于 {ended} 到期",
        "an agency under contract on the day",
        "当日合同有效的机构",
    ),
    "agency_no_data_contract": _words(
        "no contract on personal data with {agency} is in force",
        "与{agency}没有有效的个人信息委托处理合同",
        "after that contract is signed",
        "签订该合同之后",
    ),
    "agency_not_evaluated": _words(
        "{agency} was never evaluated",
        "{agency}尚未经评估",
        "an agency evaluated in the last {months} months",
        "近 {months} 个月内评估过的机构",
    ),
    "agency_evaluation_old": _words(
        "{agency} was last evaluated on {on}, which counts to {ends}",
        "{agency}上次评估为 {on}，有效至 {ends}",
        "an agency evaluated in the last {months} months",
        "近 {months} 个月内评估过的机构",
    ),
    "agency_not_told": _words(
        "no notice is proved to have told the borrower that {agency} acts",
        "没有已告知借款人由{agency}办理的送达证明",
        "after that notice has arrived",
        "告知送达之后",
    ),
}

_STAFF: dict[str, Words] = {
    "staff_untrained": _words(
        "no passed training of {staff} is on record",
        "没有 {staff} 培训合格的记录",
        "training passed in the last {months} months",
        "近 {months} 个月内培训合格",
    ),
    "staff_training_old": _words(
        "{staff} passed training on {on}, which counts to {ends}",
        "{staff} 于 {on} 培训合格，有效至 {ends}",
        "training passed in the last {months} months",
        "近 {months} 个月内培训合格",
    ),
    "staff_barred": _words("{staff} is barred from this person", "{staff} 已被禁止接触当事人", "somebody else", "由其他人员办理"),
    "staff_visits_barred": _words(
        "{staff} may not go to a door until trained again",
        "{staff} 重新培训前不得外访",
        "visitors who are not barred",
        "未被禁止外访的人员",
    ),
    "staff_record": _words(
        "it is not proved that {staff} has no violent crime and no serious bad credit on record",
        "无法证明 {staff} 无暴力犯罪和严重失信记录",
        "agency staff with a clean record",
        "记录清白的机构人员",
    ),
    "staff_confidentiality": _words(
        "{staff} has signed no duty of confidence", "{staff} 未签署保密协议", "agency staff who signed it", "已签署保密协议的机构人员"
    ),
    "staff_no_officer": _words("{staff} is no field officer", "{staff} 不是外访人员", "field officers at a door", "由外访人员上门"),
    "staff_no_id": _words(
        "{staff} has no identification to show", "{staff} 没有可出示的证件", "visitors with a valid identification", "证件有效的外访人员"
    ),
    "staff_id_over": _words(
        "the identification of {staff} ended on {ended}",
        "{staff} 的证件已于 {ended} 到期",
        "visitors with a valid identification",
        "证件有效的外访人员",
    ),
    "staff_record_late": _words(
        "{staff} owes the record of a visit",
        "{staff} 有逾时未签的外访记录",
        "after signing it; a record is signed in {hours} hours",
        "补签之后；记录须在 {hours} 小时内签署",
    ),
    "self_assess": _words(
        "{staff} worked this case on {on}",
        "{staff} 于 {on} 办理过本案",
        "somebody who did not work it in the last {days} days, or the same person from {free} on",
        "近 {days} 天未办理本案的人员，或本人自 {free} 起",
    ),
    "four_eyes": _words(
        "{staff} decides what they asked for or assessed",
        "{staff} 决定本人申请或评估的事项",
        "the decision of another person",
        "由另一人决定",
    ),
}

_VISIT: dict[str, Words] = {
    "remote_attempts": _words(
        "{count} remote attempts since grace ended",
        "宽限期后非现场联系 {count} 次",
        "after at least {least} attempts",
        "至少 {least} 次之后",
    ),
    "remote_days": _words(
        "remote attempts on {count} days since grace ended",
        "宽限期后非现场联系分布于 {count} 天",
        "after at least {least} different days",
        "至少 {least} 个不同日期之后",
    ),
    "remote_channels": _words(
        "{count} ways of remote contact since grace ended (every kind of call is one)",
        "宽限期后使用非现场渠道 {count} 种（各类通话算一种）",
        "after at least {least} ways",
        "至少 {least} 种之后",
    ),
    "team_small": _words("{count} visitors", "外访人员 {count} 人", "at least {least}", "至少 {least} 人"),
    "no_approval": _words("no visit approval for {loan}", "{loan} 没有上门许可", "after an approval", "取得许可之后"),
    "approval_early": _words("the approval is of {on}", "许可日期为 {on}", "from that day on", "自该日起"),
    "approval_over": _words(
        "the approval of {on} ended with {ends}",
        "{on} 的许可已于 {ends} 日终失效",
        "in {days} days after an approval; a new one is needed",
        "批准后 {days} 天内；须重新申请",
    ),
    "approval_other_loan": _words(
        "the approval is for {other}, the visit for {loan}",
        "许可对应 {other}，外访对应 {loan}",
        "an approval for this loan",
        "针对本笔贷款的许可",
    ),
    "approval_withdrawn": _words("the approval was withdrawn: {why}", "许可已撤回：{why}", "after a new approval", "重新取得许可之后"),
    "approval_reason_gone": _words(
        "the reason of the approval ({reason}) holds no longer",
        "许可所依据的原因（{reason}）已不成立",
        "while the reason holds",
        "仅限原因成立期间",
    ),
    "refused_before": _words(
        "the same facts were refused on {on}",
        "相同事实已于 {on} 被拒绝",
        "new facts, or after {ends} ({days} days)",
        "有新的事实，或 {ends} 之后（{days} 天）",
    ),
    "no_appointment": _words(
        "no appointment", "没有预约", "a day, time and place that the borrower agreed to", "借款人同意的日期、时间和地点"
    ),
    "not_agreed": _words(
        "the borrower did not agree; {count} tries on {count_days} days, letter delivered: {letter}, allowed by a lead: {lead}",
        "借款人未同意；已约 {count} 次、{count_days} 天，信函送达：{letter}，主管允许：{lead}",
        "the borrower's yes; or {tries} unanswered tries on {try_days} days, a letter {letter_days} days before, and a lead's yes",
        "借款人同意；或约访 {tries} 次无回应、分布于 {try_days} 天，信函提前 {letter_days} 天送达且主管允许",
    ),
    "lead_short": _words("agreed at {said} for {opens}", "{said} 约定 {opens}", "at least {hours} hours ahead", "至少提前 {hours} 小时"),
    "start_early": _words(
        "the agreed window opens at {opens} and closes at {closes}",
        "约定时段为 {opens} 至 {closes}",
        "at most {minutes} minutes before it opens",
        "最多提前 {minutes} 分钟",
    ),
    "start_late": _words(
        "the agreed window closed at {closes}",
        "约定时段已于 {closes} 结束",
        "in the agreed window, or after a new appointment",
        "在约定时段内，或重新预约",
    ),
    "appointment_hours": _words(
        "a window from {opens} to {closes} in {zone}",
        "{zone} 时间 {opens} 至 {closes} 的时段",
        "a window inside {first} to {last} of one day",
        "同一日 {first} 至 {last} 内的时段",
    ),
    "packet": _words("lacking: {lacking}", "缺少：{lacking}", "with all {count} parts", "{count} 项材料齐全"),
    "place_other": _words(
        "{place} is not proved to be the borrower's",
        "{place} 无法确认属于借款人",
        "a confirmed address of their own, a branch, a video call or a place they choose",
        "本人已确认的地址、网点、视频或其选择的地点",
    ),
    "visit_declined": _words(
        "they said no to a visit on {said}",
        "当事人于 {said} 拒绝上门",
        "a plan, a branch, a video call, or the legal path",
        "还款计划、网点、视频或法律途径",
    ),
    "entry": _words(
        "no consent to enter, given now, is on record",
        "没有当场同意进入的记录",
        "outside, or inside after a recorded yes",
        "门外进行，或经当场同意并记录后进入",
    ),
}

_CLAIM: dict[str, Words] = {
    "location": _words(
        "{source}, without a separate consent in force",
        "使用{source}，没有有效的单独同意",
        "a confirmed address, or after a separate consent",
        "已确认地址，或取得单独同意之后",
    ),
    "answers_nothing": _words(
        "no message or call from them is on record",
        "没有对方来电或来信的记录",
        "an answer within {hours} hours of what they said",
        "对方联系后 {hours} 小时内的答复",
    ),
    "answers_late": _words(
        "they last wrote or called at {last}",
        "对方上次联系为 {last}",
        "an answer within {hours} hours of what they said",
        "对方联系后 {hours} 小时内的答复",
    ),
    "no_credit_notice": _words(
        "no notice about this delinquency is proved to have arrived",
        "没有针对本次逾期的告知送达证明",
        "after the notice has arrived",
        "告知送达之后",
    ),
    "credit_notice_young": _words(
        "the notice arrived on {on}", "告知于 {on} 送达", "from {opens} on, {days} days after it", "自 {opens} 起（送达后 {days} 天）"
    ),
    "report_early": _words("{days} days past due", "逾期 {days} 天", "from {least} days past due on", "逾期满 {least} 天起"),
    "accel_no_ground": _words(
        "{loan} has no clause for it, and no ground of the statute is proved",
        "{loan} 合同无提前到期条款，也无法定事由的证据",
        "with a clause of the contract, misuse of the money, or a fall in the security's value",
        "合同约定、挪用贷款或抵押物价值减少",
    ),
    "accel_no_notice": _words(
        "no notice of early recall for {loan} is proved to have arrived",
        "没有 {loan} 提前到期通知的送达证明",
        "after the notice has arrived",
        "通知送达之后",
    ),
    "lien_unknown": _words(
        "rank, earlier claim and its date are not on record for {loan}",
        "{loan} 的抵押顺位、在先债权及日期没有记录",
        "when they are on record",
        "登记查明之后",
    ),
    "barred": _words(
        "the claim of {loan} could be sued for until {ends}",
        "{loan} 的诉讼时效至 {ends} 届满",
        "by the decision of a named person, who knows that the debtor may refuse",
        "由指定人员知悉债务人可以抗辩后决定",
    ),
    "no_force": _words(
        "no act of a court and no written consent given now",
        "没有法院文书，也没有当时作出的书面同意",
        "an agreed sale, a court's procedure, or written consent given at that time",
        "协议变卖、法院程序，或当时的书面同意",
    ),
    "wording_must_not": _words("in the {part}: {why}", "{part}中：{why}", "the same without it", "删去该内容后"),
    "wording_must_have": _words("{why}", "{why}", "the same with it", "补充该内容后"),
    "no_close": _words("no close is known", "没有日终数据", "with a close at most {days} days old", "使用不早于 {days} 天前的日终数据"),
    "stale_close": _words(
        "the last close is of {on}", "最近日终为 {on}", "with a close at most {days} days old", "使用不早于 {days} 天前的日终数据"
    ),
}

ACTS_WORDS: dict[str, Words] = {**_AGENCY, **_STAFF, **_VISIT, **_CLAIM}
