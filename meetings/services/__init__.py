"""Every write on councils, topics, meetings, minutes and resolutions."""

from meetings.services.agenda import AgendaLine, arrange_agenda
from meetings.services.assigning import assign_resolution, assign_resolutions, change_helpers
from meetings.services.calling import (
    call_for_topics,
    change_call,
    close_call,
    remind_of_calls,
    say_nothing_to_propose,
)
from meetings.services.carding import lift_card, raise_card, sweep_cards
from meetings.services.changing import change_meeting
from meetings.services.chartering import change_charter
from meetings.services.councils import (
    answer_invitation,
    change_council,
    change_representative,
    create_council,
    invite_units,
    order_members,
)
from meetings.services.countersigning import (
    circulate_minutes,
    close_circulations,
    countersign_minutes,
    recall_circulation,
)
from meetings.services.discussing import record_result
from meetings.services.extending import ask_extension, decide_extension, move_deadline
from meetings.services.holding import (
    Guest,
    PaperSignature,
    PresenceLine,
    archive_meeting,
    enter_held_meeting,
    hold_meeting,
    record_presence,
)
from meetings.services.inviting import invite_besides, invite_late_members, take_off_invitee
from meetings.services.issuing_minutes import issue_minutes, reopen_minutes
from meetings.services.leaving import end_council, end_membership
from meetings.services.minuting import combine_minutes, save_minutes
from meetings.services.notifying import (
    ProxyAnswer,
    answer_for_several,
    answer_notice,
    cancel_meeting,
    postpone_meeting,
    send_notice,
    take_back_notice,
)
from meetings.services.open_pages import note_open_editor
from meetings.services.part_time import (
    appoint_part_time_member,
    approve_part_time_member,
    change_part_time_proposal,
    drop_part_time_member,
    propose_part_time_member,
    publish_part_time_member,
    record_objection,
    report_part_time_member,
    return_part_time_member,
    select_part_time_member,
    settle_objection,
)
from meetings.services.part_time_terms import (
    account_for_year,
    end_part_time_member,
    evaluate_report,
    renew_part_time_member,
)
from meetings.services.planning import plan_meeting
from meetings.services.proposals import (
    answer_proposal,
    send_proposal,
    take_up_proposal,
    withdraw_proposal,
)
from meetings.services.resolving import ResolutionDraft, add_resolution, change_resolution
from meetings.services.reviewing import discuss_again, reopen_resolution, review_resolution
from meetings.services.rotating import move_turn, set_rotation
from meetings.services.signing import sign_in_by_code, sign_in_by_hand
from meetings.services.topics import (
    Decision,
    carry_topic_forward,
    carry_topics_forward,
    decide_topic,
    decide_topics,
    propose_topic,
    record_chair_opinion,
    save_topic_draft,
    submit_topic,
)
from meetings.services.verifying import close_resolution, refuse_report, stop_resolution
from meetings.services.working import (
    accept_resolution,
    report_completion,
    report_progress,
    report_progress_of_many,
    return_resolution,
)
from meetings.services.year_planning import YearWish, plan_year

__all__ = (
    "AgendaLine",
    "Decision",
    "Guest",
    "PaperSignature",
    "PresenceLine",
    "ProxyAnswer",
    "ResolutionDraft",
    "YearWish",
    "accept_resolution",
    "account_for_year",
    "add_resolution",
    "answer_for_several",
    "answer_invitation",
    "answer_notice",
    "answer_proposal",
    "appoint_part_time_member",
    "approve_part_time_member",
    "archive_meeting",
    "arrange_agenda",
    "ask_extension",
    "assign_resolution",
    "assign_resolutions",
    "call_for_topics",
    "cancel_meeting",
    "carry_topic_forward",
    "carry_topics_forward",
    "change_call",
    "change_charter",
    "change_council",
    "change_helpers",
    "change_meeting",
    "change_part_time_proposal",
    "change_representative",
    "change_resolution",
    "circulate_minutes",
    "close_call",
    "close_circulations",
    "close_resolution",
    "combine_minutes",
    "countersign_minutes",
    "create_council",
    "decide_extension",
    "decide_topic",
    "decide_topics",
    "discuss_again",
    "drop_part_time_member",
    "end_council",
    "end_membership",
    "end_part_time_member",
    "enter_held_meeting",
    "evaluate_report",
    "hold_meeting",
    "invite_besides",
    "invite_late_members",
    "invite_units",
    "issue_minutes",
    "lift_card",
    "move_deadline",
    "move_turn",
    "note_open_editor",
    "order_members",
    "plan_meeting",
    "plan_year",
    "postpone_meeting",
    "propose_part_time_member",
    "propose_topic",
    "publish_part_time_member",
    "raise_card",
    "recall_circulation",
    "record_chair_opinion",
    "record_objection",
    "record_presence",
    "record_result",
    "refuse_report",
    "remind_of_calls",
    "renew_part_time_member",
    "reopen_minutes",
    "reopen_resolution",
    "report_completion",
    "report_part_time_member",
    "report_progress",
    "report_progress_of_many",
    "return_part_time_member",
    "return_resolution",
    "review_resolution",
    "save_minutes",
    "save_topic_draft",
    "say_nothing_to_propose",
    "select_part_time_member",
    "send_notice",
    "send_proposal",
    "set_rotation",
    "settle_objection",
    "sign_in_by_code",
    "sign_in_by_hand",
    "stop_resolution",
    "submit_topic",
    "sweep_cards",
    "take_back_notice",
    "take_off_invitee",
    "take_up_proposal",
    "withdraw_proposal",
)
