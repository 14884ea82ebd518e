"""Addresses of wishes."""

from django.urls import path

from wishes.views import board, claims, keeping, wishes

app_name = "wishes"
urlpatterns = [
    path("", wishes.wish_list, name="wish-list"),
    path("new/", keeping.wish_create, name="wish-create"),
    path("publish/", keeping.wishes_publish, name="wishes-publish"),
    path("board/<uuid:uid>/", board.board, name="board"),
    path("board/<uuid:uid>/link/", board.board_link, name="board-link"),
    path("<uuid:uid>/", wishes.wish_detail, name="wish-detail"),
    path("<uuid:uid>/edit/", keeping.wish_change, name="wish-change"),
    path("<uuid:uid>/wisher/", keeping.wisher_show, name="wisher-show"),
    path("<uuid:uid>/wisher/edit/", keeping.wisher_change, name="wisher-change"),
    path("<uuid:uid>/verify/", keeping.wish_verify, name="wish-verify"),
    path("<uuid:uid>/publish/", keeping.wish_publish, name="wish-publish"),
    path("<uuid:uid>/decline/", keeping.wish_decline, name="wish-decline"),
    path("<uuid:uid>/withdraw/", keeping.wish_withdraw, name="wish-withdraw"),
    path("<uuid:uid>/revisit/", keeping.wish_revisit, name="wish-revisit"),
    path("<uuid:uid>/claim/", claims.wish_claim, name="wish-claim"),
    path("<uuid:uid>/claim/proxy/", claims.wish_claim_proxy, name="wish-claim-proxy"),
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/<uuid:uid>/accept/", claims.claim_accept, name="claim-accept"),
    path("claims/<uuid:uid>/decline/", claims.claim_decline, name="claim-decline"),
    path("claims/<uuid:uid>/leave/", claims.claim_leave, name="claim-leave"),
    path("claims/<uuid:uid>/leave/proxy/", claims.claim_leave_proxy, name="claim-leave-proxy"),
    path("claims/<uuid:uid>/fulfil/", claims.claim_fulfil, name="claim-fulfil"),
    path("claims/<uuid:uid>/fulfil/proxy/", claims.claim_fulfil_proxy, name="claim-fulfil-proxy"),
]
