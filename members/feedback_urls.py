"""Addresses of feedback; included once in urls.py."""

from django.urls import path

from members.views import feedback, feedback_parts, feedback_receipts, papers

urlpatterns = [
    path("", feedback.feedback_list, name="feedback-list"),
    path("print.pdf", papers.feedbacks_print, name="feedbacks-print"),
    path("compile/<str:period>/", feedback.feedback_compile, name="feedback-compile"),
    path("sign/<str:period>/", feedback.feedback_sign, name="feedback-sign"),
    path("sign/<str:period>/grade/", feedback.feedback_grade, name="feedback-grade"),
    path("comments/", feedback_parts.feedback_comments, name="feedback-comments"),
    path(
        "comments/give/",
        feedback_parts.feedback_comments_give,
        name="feedback-comments-give",
    ),
    path("parts/<uuid:uid>/", feedback_parts.feedback_part, name="feedback-part"),
    path("parts/<uuid:uid>/self/", feedback_parts.feedback_self, name="feedback-self"),
    path("parts/<uuid:uid>/proxy/", feedback_parts.feedback_self_proxy, name="feedback-self-proxy"),
    path("deliveries/", feedback_receipts.feedback_deliveries, name="feedback-deliveries"),
    path("deliveries/<uuid:uid>/", feedback_receipts.feedback_delivery, name="feedback-delivery"),
    path(
        "deliveries/<uuid:uid>/acknowledge/",
        feedback_receipts.delivery_acknowledge,
        name="feedback-delivery-acknowledge",
    ),
    path(
        "deliveries/<uuid:uid>/acknowledge/proxy/",
        feedback_receipts.delivery_acknowledge_proxy,
        name="feedback-delivery-acknowledge-proxy",
    ),
    path("use/", feedback_receipts.feedbacks_use, name="feedbacks-use"),
    path("<uuid:uid>/", feedback.feedback_detail, name="feedback-detail"),
    path("<uuid:uid>/evaluate/", feedback.feedback_evaluate, name="feedback-evaluate"),
    path(
        "<uuid:uid>/acknowledge/",
        feedback_receipts.feedback_acknowledge,
        name="feedback-acknowledge",
    ),
    path(
        "<uuid:uid>/acknowledge/proxy/",
        feedback_receipts.feedback_acknowledge_proxy,
        name="feedback-acknowledge-proxy",
    ),
    path("<uuid:uid>/use/", feedback_receipts.feedback_use, name="feedback-use"),
    path(
        "<uuid:uid>/use/proxy/",
        feedback_receipts.feedback_use_proxy,
        name="feedback-use-proxy",
    ),
    path("<uuid:uid>/object/", feedback_receipts.feedback_object, name="feedback-object"),
    path(
        "<uuid:uid>/object/proxy/",
        feedback_receipts.feedback_object_proxy,
        name="feedback-object-proxy",
    ),
    path("<uuid:uid>/review/", feedback_receipts.feedback_review, name="feedback-review"),
]
