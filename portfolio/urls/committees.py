"""Committees, their meetings, committee mode, the register of decisions."""

from django.urls import path

from portfolio.views import committee_mode, committees, decisions, meetings, proposals, voice

POINT = "copil/points/<int:pk>"
MEETING = "copil/reunions/<int:pk>"

urlpatterns = [
    path("copil/", committees.committee_list, name="committees"),
    path("copil/ajouter/", committees.committee_add, name="committee-add"),
    path("copil/<int:pk>/", committees.committee_page, name="committee"),
    path("copil/<int:pk>/modifier/", committees.committee_edit, name="committee-edit"),
    path("copil/<int:pk>/membres/ajouter/", committees.seat_add, name="seat-add"),
    path("copil/membres/<int:pk>/", committees.seat_edit, name="seat-edit"),
    path("copil/<int:pk>/reunions/ajouter/", committees.meeting_add, name="meeting-add"),
    path(f"{MEETING}/", meetings.meeting_page, name="meeting"),
    path(f"{MEETING}/modifier/", meetings.meeting_edit, name="meeting-edit"),
    path(f"{MEETING}/ouvrir/", meetings.meeting_open, name="meeting-open"),
    path(f"{MEETING}/clore/", meetings.meeting_close, name="meeting-close"),
    path(f"{MEETING}/presences/", meetings.meeting_attend, name="meeting-attend"),
    path(f"{MEETING}/points/ajouter/", meetings.item_add, name="item-add"),
    path(f"{MEETING}/ecran/", committee_mode.agenda_screen, name="agenda-screen"),
    path(f"{MEETING}/ma-voix/", voice.voice_page, name="voice"),
    path(f"{MEETING}/ma-voix/suite/", voice.voice_where, name="voice-where"),
    path(f"{POINT}/modifier/", meetings.item_edit, name="item-edit"),
    path(f"{POINT}/deplacer/", meetings.item_shift, name="item-shift"),
    path(f"{POINT}/retirer/", meetings.item_remove, name="item-remove"),
    path(f"{POINT}/interet/", meetings.interest_add, name="interest-add"),
    path(f"{POINT}/presenter/", committee_mode.present, name="item-present"),
    path(f"{POINT}/montrer/", committee_mode.reveal, name="item-reveal"),
    path(f"{POINT}/voix/", committee_mode.voices, name="item-voices"),
    path(f"{POINT}/ma-voix/", voice.voice_say, name="voice-say"),
    path(f"{POINT}/ecran/<slug:step>/", committee_mode.item_screen, name="item-screen"),
    path("copil/decisions/", decisions.register, name="decisions"),
    path("copil/decisions.csv", decisions.register_csv, name="decisions-csv"),
    path("copil/decisions/<int:pk>/", decisions.decision_page, name="decision"),
    path("copil/conditions/<int:pk>/", decisions.condition_meet, name="condition-meet"),
    path("copil/actions/<int:pk>/", decisions.action_complete, name="action-complete"),
    path("copil/propositions/", proposals.proposal_list, name="proposals"),
    path(
        "copil/propositions/<int:pk>/accepter/", proposals.proposal_accept, name="proposal-accept"
    ),
    path(
        "copil/propositions/<int:pk>/ecarter/", proposals.proposal_dismiss, name="proposal-dismiss"
    ),
]
