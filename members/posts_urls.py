"""Addresses of posts, claims, pledges, the public board, and teams."""

from django.urls import path

from members.views import board, claims, evaluations, posts, teams

urlpatterns = [
    path("posts/", posts.post_list, name="post-list"),
    path("posts/new/", posts.post_create, name="post-create"),
    path("posts/board/<uuid:uid>/", board.post_board, name="post-board"),
    path("posts/board/<uuid:uid>/link/", board.post_board_link, name="post-board-link"),
    path("posts/<uuid:uid>/", posts.post_detail, name="post-detail"),
    path("posts/<uuid:uid>/edit/", posts.post_change, name="post-change"),
    path("posts/<uuid:uid>/publish/", posts.post_publish, name="post-publish"),
    path("posts/<uuid:uid>/close/", posts.post_close, name="post-close"),
    path("posts/<uuid:uid>/offer/", posts.post_offer, name="post-offer"),
    path("posts/<uuid:uid>/claim/", claims.post_claim, name="post-claim"),
    path("posts/<uuid:uid>/claim/proxy/", claims.post_claim_proxy, name="post-claim-proxy"),
    path("posts/<uuid:uid>/evaluation/", evaluations.post_evaluation, name="post-evaluation"),
    path(
        "posts/<uuid:uid>/evaluation/open/",
        evaluations.post_evaluation_open,
        name="post-evaluation-open",
    ),
    path(
        "posts/<uuid:uid>/evaluation/close/",
        evaluations.post_evaluation_close,
        name="post-evaluation-close",
    ),
    path("claims/", claims.claim_list, name="claim-list"),
    path("claims/accept/", claims.claims_accept, name="claims-accept"),
    path("claims/<uuid:uid>/", claims.claim_detail, name="claim-detail"),
    path("claims/<uuid:uid>/accept/", claims.claim_accept, name="claim-accept"),
    path("claims/<uuid:uid>/decline/", claims.claim_decline, name="claim-decline"),
    path("claims/<uuid:uid>/leave/", claims.claim_leave, name="claim-leave"),
    path("claims/<uuid:uid>/leave/proxy/", claims.claim_leave_proxy, name="claim-leave-proxy"),
    path("claims/<uuid:uid>/absent/", claims.claim_absent, name="claim-absent"),
    path("claims/<uuid:uid>/finish/", claims.claim_finish, name="claim-finish"),
    path("claims/<uuid:uid>/pledge/", claims.pledge_sign, name="pledge-sign"),
    path("claims/<uuid:uid>/pledge/proxy/", claims.pledge_sign_proxy, name="pledge-sign-proxy"),
    path("claims/<uuid:uid>/pledge/show/", claims.pledge_show, name="pledge-show"),
    path("claims/<uuid:uid>/evaluation/", evaluations.claim_evaluation, name="claim-evaluation"),
    path(
        "claims/<uuid:uid>/evaluation/asked/",
        evaluations.claim_evaluation_asked,
        name="claim-evaluation-asked",
    ),
    path(
        "claims/<uuid:uid>/evaluation/paper/",
        evaluations.claim_evaluation_paper,
        name="claim-evaluation-paper",
    ),
    path("teams/", teams.team_list, name="team-list"),
    path("teams/new/", teams.team_create, name="team-create"),
    path("teams/<uuid:uid>/", teams.team_detail, name="team-detail"),
    path("teams/<uuid:uid>/edit/", teams.team_change, name="team-change"),
    path("teams/<uuid:uid>/join/", teams.team_join, name="team-join"),
    path("teams/<uuid:uid>/end/", teams.team_end, name="team-end"),
    path("teams/members/<uuid:uid>/lead/", teams.team_lead, name="team-lead"),
    path("teams/members/<uuid:uid>/leave/", teams.team_leave, name="team-leave"),
]
