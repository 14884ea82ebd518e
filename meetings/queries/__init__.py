"""Reads across the models of joint meetings."""
