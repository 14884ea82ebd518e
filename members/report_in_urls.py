"""Addresses of letters, moves, renewals, units' report-ins and registers."""

from django.urls import path

from members.views import letters, me, papers, registers, report_ins, unit_report_ins

urlpatterns = [
    path("letter/", letters.letter_open, name="letter-open"),
    path("letters/", letters.letter_list, name="letter-list"),
    path("letters/print.pdf", papers.letters_print, name="letters-print"),
    path("letters/issue/", letters.letters_issue, name="letters-issue"),
    path("letters/<uuid:uid>/", letters.letter_detail, name="letter-detail"),
    path("letters/<uuid:uid>/revoke/", letters.letter_revoke, name="letter-revoke"),
    path("<uuid:uid>/letter/", letters.letter_issue, name="letter-issue"),
    path("unreported/", letters.unreported_list, name="unreported-list"),
    path("desk/letter/", report_ins.desk_letter, name="desk-letter"),
    path("me/<uuid:uid>/renew/", me.my_report_in_renew, name="my-report-in-renew"),
    path("report-ins/<uuid:uid>/phone/", report_ins.report_in_phone, name="report-in-phone"),
    path("report-ins/<uuid:uid>/pass-on/", report_ins.report_in_pass_on, name="report-in-pass-on"),
    path("report-ins/<uuid:uid>/move/", report_ins.report_in_move, name="report-in-move"),
    path("report-ins/<uuid:uid>/renew/", report_ins.report_in_renew, name="report-in-renew"),
    path("renewals/", report_ins.renewal_list, name="renewal-list"),
    path("renewals/enter/", report_ins.renewals_enter, name="renewals-enter"),
    path("registers/", registers.register_list, name="register-list"),
    path("unit-report-ins/", unit_report_ins.unit_report_in_list, name="unit-report-in-list"),
    path(
        "unit-report-ins/new/",
        unit_report_ins.unit_report_in_create,
        name="unit-report-in-create",
    ),
    path(
        "unit-report-ins/<uuid:uid>/",
        unit_report_ins.unit_report_in_detail,
        name="unit-report-in-detail",
    ),
    path(
        "unit-report-ins/<uuid:uid>/confirm/",
        unit_report_ins.unit_report_in_confirm,
        name="unit-report-in-confirm",
    ),
    path(
        "unit-report-ins/<uuid:uid>/return/",
        unit_report_ins.unit_report_in_return,
        name="unit-report-in-return",
    ),
    path(
        "unit-report-ins/<uuid:uid>/withdraw/",
        unit_report_ins.unit_report_in_withdraw,
        name="unit-report-in-withdraw",
    ),
    path(
        "unit-report-ins/<uuid:uid>/end/",
        unit_report_ins.unit_report_in_end,
        name="unit-report-in-end",
    ),
]
