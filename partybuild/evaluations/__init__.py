"""What residents and those served say of a service (服务情况评价): three grades, no names.

One implementation for whatever is evaluated; an app brings the model of its answers and its rules.
"""
