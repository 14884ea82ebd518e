"""Addresses of the documents."""

from django.urls import path

from partybuild.documents.views import attachments, bundles, documents, styles, verification

app_name = "documents"

urlpatterns = [
    path("", documents.document_list, name="document-list"),
    path("numbers/", documents.number_list, name="number-list"),
    path("verify/", verification.document_verify, name="verify"),
    path("styles/", styles.style_list, name="style-list"),
    path("styles/<str:key>/preview/", styles.style_preview, name="style-preview"),
    path("styles/<str:key>/reset/", styles.style_reset, name="style-reset"),
    path("styles/<str:key>/", styles.style_change, name="style-change"),
    path("attachments/<uuid:uid>/file/", attachments.attachment_file, name="attachment-file"),
    path("attachments/<uuid:uid>/end/", attachments.attachment_end, name="attachment-end"),
    path("attachments/<str:key>/<uuid:uid>/", attachments.attachment_add, name="attachment-add"),
    path("bundles/<str:label>/<uuid:uid>/", bundles.bundle_file, name="bundle-file"),
    path("<uuid:uid>/", documents.document_detail, name="document-detail"),
    path("<uuid:uid>/sign/", documents.document_sign, name="document-sign"),
    path("deliveries/<uuid:uid>/proxy/", documents.document_sign_proxy, name="document-sign-proxy"),
    path("<uuid:uid>/withdraw/", documents.document_withdraw, name="document-withdraw"),
    path("<uuid:uid>/file.<str:extension>", documents.document_file, name="document-file"),
    path("<str:key>/<uuid:uid>/issue/", documents.document_issue, name="document-issue"),
    path(
        "<str:key>/<uuid:uid>/draft.<str:extension>",
        documents.document_draft,
        name="document-draft",
    ),
]
