"""Addresses of what is made of service records: certificates, cards, statistics."""

from django.urls import path

from members.views import certificates, papers, service, statistics

urlpatterns = [
    path("posts/<uuid:uid>/service/", service.post_service, name="post-service"),
    path("statistics/", statistics.statistics, name="statistics"),
    path("statistics/file.<str:extension>", statistics.statistics_file, name="statistics-file"),
    path("statistics/cards.<str:extension>", statistics.cards_file, name="cards-file"),
    path("<uuid:uid>/card/", statistics.member_card, name="member-card"),
    path(
        "<uuid:uid>/card/file.<str:extension>",
        statistics.member_card_file,
        name="member-card-file",
    ),
    path("certificates/", certificates.certificate_list, name="certificate-list"),
    path("certificates/print.pdf", papers.certificates_print, name="certificates-print"),
    path("certificates/new/", certificates.certificate_ask, name="certificate-ask"),
    path("certificates/<uuid:uid>/", certificates.certificate_detail, name="certificate-detail"),
    path(
        "certificates/<uuid:uid>/cancel/",
        certificates.certificate_cancel,
        name="certificate-cancel",
    ),
    path(
        "certificates/<uuid:uid>/prepare/",
        certificates.certificate_prepare,
        name="certificate-prepare",
    ),
    path(
        "certificates/<uuid:uid>/return/",
        certificates.certificate_return,
        name="certificate-return",
    ),
    path(
        "certificates/<uuid:uid>/decline/",
        certificates.certificate_decline,
        name="certificate-decline",
    ),
    path(
        "certificates/<uuid:uid>/issue/", certificates.certificate_issue, name="certificate-issue"
    ),
    path(
        "certificates/<uuid:uid>/copy.<str:extension>",
        certificates.certificate_copy,
        name="certificate-copy",
    ),
    path(
        "<uuid:uid>/certificate/",
        certificates.certificate_ask_proxy,
        name="certificate-ask-proxy",
    ),
]
