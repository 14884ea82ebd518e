"""Tests whose rows every thread must see: apart from the probes, whose one world is never committed."""
