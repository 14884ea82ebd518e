"""The lines of access.csv in the words of those who read them: thing, and what is done with it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from partybuild.access.rights import Cell, Reach

_THINGS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (
        _("区域"),
        {
            "area.view": _("查看"),
            "area.change": _("新建、改名、划转、撤销"),
            "area.grid": _("新建、修改网格"),
        },
    ),
    (_("参数和字典"), {"parameter.view": _("查看"), "parameter.edit": _("修改")}),
    (_("党组织"), {"organization.view": _("查看"), "organization.change": _("新建、修改、撤销")}),
    (
        _("驻区单位"),
        {
            "unit.view": _("查看"),
            "unit.change": _("登记、修改、注销"),
            "unit.contacts": _("修改联系方式"),
        },
    ),
    (
        _("联席会"),
        {
            "council.view": _("查看"),
            "council.change": _("建立、修改章程"),
            "council.invite": _("邀请单位"),
            "council.answer": _("接受、谢绝、退出、更换代表"),
            "council.answer_proxy": _("代单位答复"),
        },
    ),
    (
        _("兼职委员"),
        {
            "part_time_member.propose": _("提名"),
            "part_time_member.approve": _("审批"),
            "part_time_member.view": _("查看"),
            "part_time_member.appoint": _("公示、聘任、续聘、解聘"),
            "part_time_member.report": _("履职报告"),
        },
    ),
    (
        _("议题"),
        {
            "topic.view": _("查看"),
            "topic.call": _("征集"),
            "topic.propose": _("提出"),
            "topic.propose_proxy": _("代单位提出"),
            "topic.decide": _("采纳、暂缓、转办、退回"),
        },
    ),
    (
        _("联席会议"),
        {
            "meeting.view": _("查看"),
            "meeting.plan": _("安排、修改、补录"),
            "meeting.notify": _("发通知、撤回"),
            "meeting.cancel": _("延期、取消"),
            "meeting.answer": _("回执"),
            "meeting.answer_proxy": _("代单位回执"),
            "meeting.presence": _("登记到会"),
            "meeting.sign_in": _("扫码签到"),
            "meeting.code": _("出示签到码"),
        },
    ),
    (
        _("会议纪要"),
        {
            "minutes.view": _("查看"),
            "minutes.draft": _("起草"),
            "minutes.countersign": _("会签"),
            "minutes.countersign_proxy": _("代单位会签"),
            "minutes.issue": _("签发"),
            "minutes.reopen": _("重新打开已签发的"),
        },
    ),
    (
        _("议定事项"),
        {
            "resolution.view": _("查看"),
            "resolution.assign": _("交办"),
            "resolution.work": _("接件、退回、报进展、申请延期"),
            "resolution.work_proxy": _("代单位办理"),
            "resolution.verify": _("准予延期、核实、办结"),
            "resolution.card": _("发黄牌、红牌"),
        },
    ),
    (
        _("应办事项台账"),
        {
            "obligation.view": _("查看单位和社区的"),
            "obligation.view_person": _("查看关于个人的"),
            "obligation.exempt": _("免办单位或党员的"),
            "obligation.exempt_office": _("免办联席会或社区的"),
            "obligation.chase": _("催办"),
        },
    ),
    (_("统计期"), {"period.close": _("封账"), "period.reopen": _("重新打开")}),
    (
        _("在职党员"),
        {
            "member.list": _("查看名单"),
            "member.view": _("查看个人页"),
            "member.phone": _("查看电话、联系名单"),
            "member.id_number": _("查看公民身份号码"),
            "member.change": _("新增、修改"),
            "member.change_own": _("修改本人的"),
            "member.end": _("办理减少"),
            "member.merge": _("合并重复登记"),
            "member.erase": _("删除个人信息"),
        },
    ),
    (
        _("报到"),
        {
            "report_in.letter": _("开介绍信"),
            "report_in.submit": _("报到、撤回"),
            "report_in.submit_proxy": _("现场代办"),
            "report_in.decide": _("确认、退回、编入网格和队伍"),
            "report_in.renew": _("续报"),
            "report_in.end": _("结束、转出"),
            "unit_report_in.submit": _("单位报到"),
            "unit_report_in.decide": _("确认、退回单位报到"),
        },
    ),
    (
        _("服务岗位、微心愿和队伍"),
        {
            "service_post.view": _("查看岗位"),
            "service_post.change": _("设置岗位"),
            "service_post.claim": _("认领、承诺、退出"),
            "service_post.claim_proxy": _("代为认领"),
            "service_post.decide": _("审核认领"),
            "service_post.evaluate": _("居民和服务对象评价岗位服务"),
            "service_post.board": _("公开岗位和承诺公示栏"),
            "wish.view": _("查看微心愿"),
            "wish.change": _("登记、核实、公示、撤回微心愿"),
            "wish.wisher": _("查看许愿人信息"),
            "wish.claim": _("认领、兑现微心愿、退出"),
            "wish.claim_proxy": _("代为认领微心愿"),
            "wish.decide": _("确定微心愿认领、回访"),
            "wish.board": _("公开微心愿公示栏"),
            "team.view": _("查看队伍"),
            "team.change": _("组建队伍、编队"),
        },
    ),
    (
        _("活动"),
        {
            "activity.view": _("查看"),
            "activity.change": _("新建、修改"),
            "activity.draft_unit": _("起草本单位主办的"),
            "activity.publish": _("发布、取消"),
            "activity.sign_up": _("报名、取消报名"),
            "activity.sign_up_proxy": _("代为报名"),
            "activity.participants": _("查看参加人员"),
            "activity.code": _("出示签到码"),
            "activity.check_in": _("签到"),
            "activity.attendance": _("按签到表登记"),
            "activity.evaluate": _("服务对象评价"),
        },
    ),
    (
        _("服务记录"),
        {
            "service.view": _("查看"),
            "service.enter": _("登记"),
            "service.certify": _("认证"),
            "service.correct": _("认证后更正"),
        },
    ),
    (
        _("志愿服务记录证明"),
        {
            "certificate.view": _("查看"),
            "certificate.ask": _("申请、撤回申请"),
            "certificate.ask_proxy": _("代为申请"),
            "certificate.prepare": _("核对服务记录、不予出具"),
            "certificate.issue": _("签发、作废"),
        },
    ),
    (
        _("服务情况通报"),
        {
            "summary.sign": _("签发"),
            "summary.view": _("查看"),
            "summary.acknowledge": _("签收"),
            "summary.acknowledge_proxy": _("代单位签收"),
        },
    ),
    (
        _("反馈意见"),
        {
            "feedback.draft": _("起草"),
            "feedback.sign": _("签发"),
            "feedback.view": _("查看"),
            "feedback.acknowledge": _("签收"),
            "feedback.acknowledge_proxy": _("代单位签收"),
            "feedback.use": _("登记运用情况"),
            "feedback.use_proxy": _("代为登记结果运用"),
            "feedback.object": _("提出异议"),
            "feedback.object_proxy": _("代为提出异议"),
            "feedback.review": _("复核异议"),
            "feedback.totals": _("查看汇总"),
            "feedback.request": _("商请出具意见"),
            "feedback.self_evaluate": _("自我评价"),
            "feedback.self_evaluate_proxy": _("代录党员自评"),
            "feedback.comment": _("评议"),
            "annual_form.view": _("查看年度情况表"),
            "annual_form.file": _("填报、归档年度情况表"),
        },
    ),
    (
        _("季度填报"),
        {
            "report.view": _("查看"),
            "report.file": _("填报、零报告"),
            "report.file_proxy": _("代单位填报"),
            "report.decide": _("接收、退回"),
            "report.form": _("设计填报表"),
        },
    ),
    (
        _("需求、资源、项目清单"),
        {
            "lists.view": _("查看"),
            "lists.propose": _("提出"),
            "lists.review": _("审核、发布"),
            "lists.claim": _("认领、预约、约定"),
            "lists.claim_proxy": _("代单位认领"),
            "lists.evaluate": _("评价"),
        },
    ),
    (
        _("共建协议、目标责任书"),
        {
            "agreement.view": _("查看"),
            "agreement.draft": _("起草、商议"),
            "agreement.sign": _("签署"),
            "agreement.file": _("存档"),
        },
    ),
    (
        _("统计数据"),
        {"figures.view": _("查看单位和社区的"), "figures.view_person": _("查看关于个人的")},
    ),
    (
        _("导入和导出"),
        {
            "import.areas": _("导入区划、工作日"),
            "import.rows": _("导入表格、撤销本人的导入"),
            "export.masked": _("导出名单（号码隐去）"),
            "export.unmasked": _("导出名单（号码完整）"),
        },
    ),
    (
        _("文书和附件"),
        {
            "document.make": _("生成、下载文书"),
            "document.template": _("调整文书模板"),
            "document.receive": _("签收文书"),
            "document.receive_proxy": _("代单位签收文书"),
            "document.verify": _("凭编号核验"),
            "attachment.view": _("下载附件"),
            "attachment.add": _("上传附件"),
        },
    ),
    (_("办理记录"), {"history.view": _("查看")}),
    (
        _("通知"),
        {
            "notice.inbox": _("本人的通知"),
            "notice.delegate": _("委托他人代办"),
            "notice.log": _("查看发送情况"),
            "notice.reconcile": _("核实送达"),
            "channel.edit": _("设置发送渠道"),
        },
    ),
    (
        _("账号和岗位"),
        {
            "account.create": _("开通账号、发邀请"),
            "account.disable": _("停用、恢复账号"),
            "account.reset_factor": _("重置他人的动态验证码"),
            "appointment.view": _("查看岗位任职"),
            "appointment.grant": _("任命、终止岗位"),
            "token.issue": _("签发接口令牌"),
            "token.revoke": _("收回接口令牌"),
            "policy.view": _("查看安全策略"),
            "policy.edit": _("修改安全策略"),
            "access.explain": _("查看谁能看到某条记录"),
            "access.preview": _("查看某岗位能看到什么"),
        },
    ),
    (
        _("操作审计"),
        {
            "audit.view": _("查询"),
            "audit.export": _("导出"),
            "audit.change": _("修改、删除"),
        },
    ),
    (
        _("个人信息"),
        {
            "privacy.notice": _("阅读保护说明"),
            "privacy.own": _("本人副本、更正、同意"),
            "privacy.correct": _("答复更正申请"),
        },
    ),
    (
        _("登录和平台"),
        {
            "session.sign_in": _("登录"),
            "session.own": _("首页、切换岗位、偏好、帮助"),
            "search.use": _("搜索"),
            "schema.view": _("接口文档"),
            "suggestion.send": _("提建议"),
            "suggestion.own": _("查看本人所提建议的办理情况"),
            "suggestion.answer": _("答复建议"),
            "system.health": _("查看运行状况"),
            "system.operate": _("备份、恢复、升级"),
        },
    ),
)
_BY_KEY = {key: (thing, word) for thing, words in _THINGS for key, word in words.items()}
_REACHES = {
    Reach.EVERYWHERE: _("全部"),
    Reach.AREA: _("本区域及下级"),
    Reach.UNIT: _("本单位"),
    Reach.PARTICIPANT: _("参与的"),
    Reach.OWN: _("本人的"),
}


def words_of(key: str) -> tuple[str, str]:
    """Return thing and deed of a line; the key itself where nobody has named it yet."""
    thing, deed = _BY_KEY.get(key, (key.split(".", maxsplit=1)[0], key))
    return str(thing), str(deed)


def things_in_order() -> list[str]:
    """Return the things as the law lists them."""
    return [str(thing) for thing, _words in _THINGS]


def reach_words(right: Cell) -> str:
    """Return how far a right reaches and on what conditions, in one phrase."""
    parts = [str(_REACHES[right.reach])]
    if right.totals_only:
        parts.append(str(_("只有总数")))
    if right.masked:
        parts.append(str(_("个人号码隐去")))
    if right.needs_reason:
        parts.append(str(_("须写理由")))
    if right.needs_second_person:
        parts.append(str(_("须他人复核")))
    return "，".join(parts)
