"""What `arrears desk check` says: Chinese and English, a finding a line."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "fonts.unknown": ("没有 fc-list；请安装 fontconfig。", "There is no fc-list; install fontconfig."),
    "fonts.lacking": (
        "缺少中文字体 {names}，信函无法生成；请安装 fonts-noto-cjk。",
        "The font {names} is missing, letters wait for it; install fonts-noto-cjk.",
    ),
    "fonts.ok": ("中文字体齐全。", "The fonts for letters are here."),
    "session_key.ok": ("取自环境变量。", "It comes from the environment."),
    "session_key.wrong": ("{path} 可被他人读取；请执行 chmod 600。", "{path} can be read by others; chmod 600 it."),
    "session_key.private": ("仅本人可读。", "Only its owner reads it."),
    "keys.ok": (
        "个人信息密钥可用，当前第 {number} 号。",
        "The keys of personal data are those it was written with; number {number} writes.",
    ),
    "audit_log.look": ("审计日志尚未建立，首次启动时建立。", "There is no audit log yet; the first start begins it."),
    "audit_log.wrong": ("{key} 可被他人读取；请执行 chmod 600。", "{key} can be read by others; chmod 600 it."),
    "audit_log.ok": ("已建立。", "It is there."),
    "calendar.wrong": ("工作日历止于 {last}，已过期；请更新。", "The calendar of workdays ended on {last}; update it."),
    "calendar.look": (
        "工作日历止于 {last}；明年的通知发布后请更新。",
        "The calendar of workdays ends on {last}; update it once next year's notice is out.",
    ),
    "calendar.ok": ("工作日历到 {last}。", "The calendar of workdays reaches to {last}."),
    "clock.moved": ("时钟被调整 {shift} 秒，仅限演示。", "The clock is moved by {shift} seconds: a demonstration only."),
    "disk.wrong": ("数据盘仅剩 {gib} GiB；请腾出空间。", "Only {gib} GiB are left on the disk of the data; make room."),
    "disk.ok": ("剩余 {gib} GiB。", "{gib} GiB are free."),
    "second_factor.look": ("未强制二次验证（ARREARS_MFA=offered）。", "It is not required (ARREARS_MFA=offered)."),
    "https.wrong": (
        "对外提供服务但未启用 https；请在其前面终止 https 并设 ARREARS_HTTPS=1。",
        "It answers to other machines without https; end https in front of it and set ARREARS_HTTPS=1.",
    ),
    "database.away": ("无法连接数据库：{told}", "The database cannot be reached: {told}"),
    "database.old": (
        "有 {waiting} 个结构变更未执行；请运行 arrears desk migrate。",
        "{waiting} migrations wait; run: arrears desk migrate",
    ),
    "database.ok": ("已连接，结构为最新。", "It is reached and has the present shape."),
    "clock.skew": ("与数据库的时钟相差 {skew}；请校时。", "It differs from the database's by {skew}; set both by one time server."),
    "clock.back": (
        "记录中已有 {last:%Y-%m-%d %H:%M} 的事件，时钟曾被拨回；请核对。",
        "There are events of {last:%Y-%m-%d %H:%M}: the clock went back; look into it.",
    ),
    "clock.ok": ("与数据库一致。", "It agrees with the database's."),
    "queue.wrong": (
        "{waiting} 个任务在排队，最久 {minutes} 分钟；请确认工作进程在运行。",
        "{waiting} jobs wait, the oldest for {minutes} minutes; see that a worker runs.",
    ),
    "queue.ok": ("{waiting} 个任务在排队。", "{waiting} jobs wait."),
    "failed_jobs.look": ("{failed} 个任务失败，见 worker.log。", "{failed} jobs failed; see worker.log."),
    "audit_leaves.wrong": (
        "自 {oldest:%m-%d %H:%M} 起的审计叶未入日志，见 scheduler.log。",
        "Leaves since {oldest:%m-%d %H:%M} are not in the audit log; see scheduler.log.",
    ),
    "schedule.absent": ("{day} 的 {name} 未开始；请确认调度进程在运行。", "{name} of {day} was not begun; see that the scheduler runs."),
    "schedule.wrong": ("{day} 的 {name} 未完成（{state}）：{told}", "{name} of {day} is not done ({state}): {told}"),
    "book.look": ("尚未接收任何日终数据。", "No close has been taken yet."),
    "book.wrong": (
        "最近一次日终为 {on}；昨日日终未到，暂停上门和征信许可。",
        "The last close is that of {on}; permits for visits and credit stop until yesterday's is here.",
    ),
    "book.ok": ("数据截至 {on}。", "Its data is of {on}."),
}
