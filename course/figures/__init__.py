"""Pictures for the lessons, one file a family: functions that draw given arrays on given axes."""
