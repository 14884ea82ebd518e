"""Reads across activities and those who take part."""

from activities.queries.places import PlacesTaken, is_in_audience, places_taken, queue_position

__all__ = ("PlacesTaken", "is_in_audience", "places_taken", "queue_position")
