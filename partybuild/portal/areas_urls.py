"""Addresses of places, parameters, words and working days."""

from django.urls import path

from partybuild.portal.views import areas

app_name = "areas"
urlpatterns = [
    path("", areas.area_list, name="area-list"),
    path("parameters/", areas.parameter_list, name="parameter-list"),
    path("parameters/<str:key>/", areas.parameter_change, name="parameter-change"),
    path("dictionaries/<str:name>/", areas.dictionary_change, name="dictionary-change"),
    path("working-days/", areas.working_day_list, name="working-day-list"),
]
