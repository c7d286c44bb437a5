"""The ground floor: values, and functions from values to values.

Nothing here reads a clock, a file, a socket or the environment, logs, or draws a random number: `now`, limits
and randomness are arguments. It imports the standard library and the computing wheels, nothing of the floors above.
"""
