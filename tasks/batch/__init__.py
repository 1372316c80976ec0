"""Operations of different kinds on the tasks and comments of a room, done together or not at all."""

from tasks.batch.planning import explain, plan

__all__ = ["explain", "plan"]
