"""Calls from one service to another, and the tree of what can go wrong with one.

CallError
  NotAnswered      no answer came; `sent` tells whether the request may have been carried out
    TimedOut       ... within the time allowed
    ShutOut        ... and none was waited for: the service has failed too often just now
  AnsweredBadly    a 5xx, or something that is no answer; of these a 502, 503 or 504 passes through as itself
    Failed         ... a 500: a fault of the service, which trying again does not mend
  Refused          a 4xx: a problem, which passes through to the client as itself
"""

from chassis.peers.answering import register
from chassis.peers.breaker import measure
from chassis.peers.errors import Answer, AnsweredBadly, CallError, Failed, NotAnswered, Refused, ShutOut, TimedOut
from chassis.peers.peer import Peer
from chassis.peers.retries import RetryBudget
from chassis.peers.transport import HttpTransport, Transport

__all__ = [
    "Answer",
    "AnsweredBadly",
    "CallError",
    "Failed",
    "HttpTransport",
    "NotAnswered",
    "Peer",
    "Refused",
    "RetryBudget",
    "ShutOut",
    "TimedOut",
    "Transport",
    "measure",
    "register",
]
