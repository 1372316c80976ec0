"""A small believable team, its rooms and its tasks: what `make demo` puts into a running system."""

from typing import NamedTuple

# Known to everybody: for a system that is only tried out.
PASSWORD = "a-bicycle-for-every-day"  # noqa: S105
DOMAIN = "linden-bikes.example"
PEOPLE = {
    "amara": "Amara Okafor",
    "jonas": "Jonas Lindqvist",
    "priya": "Priya Raman",
    "tomas": "Tomás Herrera",
    "mei": "Mei Tanaka",
}


class Task(NamedTuple):
    """`due` is in days from today; `said` are comments, each by someone."""

    title: str
    priority: str = "none"
    status: str = "todo"
    due: int | None = None
    to: tuple[str, ...] = ()
    about: str = ""
    said: tuple[tuple[str, str], ...] = ()


class Room(NamedTuple):
    """`owner` makes the room and its tasks; `members` are the others and their roles."""

    name: str
    about: str
    owner: str
    members: dict[str, str]
    tasks: tuple[Task, ...]


_SHOP = Room(
    "Web shop relaunch",
    "The new shop goes live before the season starts.",
    "amara",
    {"jonas": "admin", "priya": "editor", "tomas": "contributor", "mei": "viewer"},
    (
        Task(
            "Choose the photos for the start page",
            "high",
            "doing",
            2,
            ("priya",),
            "Three wide ones, and one for phones. People on bicycles, no empty bicycles.",
            (
                ("priya", "Five candidates are in the shared folder. I like the one on the bridge."),
                ("amara", "The bridge it is. Please ask Lena whether we may use it."),
                ("priya", "She said yes, with her name under it."),
            ),
        ),
        Task("Write the text about our workshop", "medium", "doing", 4, ("tomas",), "Half a page, in plain words."),
        Task(
            "Check prices of last year's frames",
            "urgent",
            "todo",
            1,
            ("jonas", "tomas"),
            "Two of them are still listed at the old price.",
            (("jonas", "Found a third: the small blue one."),),
        ),
        Task("Move the domain", "high", "todo", 9, ("jonas",), "On a Monday morning, when nobody orders."),
        Task("Test the order form on an old phone", "medium", "todo", 5, ("tomas",)),
        Task("Set up receipts by e-mail", "high", "done", -3, ("jonas",), said=(("amara", "Got one. Looks good."),)),
        Task("Collect questions for the help page", "low", "todo", 12, ("priya", "tomas")),
        Task("Ask three customers to try the search", "medium", "todo", 6, ("amara",)),
        Task("Size chart for children's bicycles", "medium", "doing", 3, ("priya",)),
        Task("Remove the old newsletter form", "low", "done", -8),
        Task("Delivery times for cargo bicycles", "high", "todo", 7, ("jonas",), "Ask the carrier about islands."),
        Task("Write down how to cancel an order", "medium", "todo", 10),
        Task("Opening hours around the holidays", "low", "todo", 20, ("mei",)),
        Task("Agree on the colour of the buttons", "none", "done", -12, said=(("tomas", "Green. Finally."),)),
        Task("Plan the day of the launch", "urgent", "todo", 14, ("amara", "jonas")),
    ),
)

_WEEK = Room(
    "Spring workshop week",
    "Five evenings on which people learn to mend their own bicycles.",
    "jonas",
    {"tomas": "editor", "mei": "editor", "amara": "viewer"},
    (
        Task("Reserve the big room at the library", "high", "done", -5, ("mei",)),
        Task("Order 30 sets of tyre levers", "medium", "doing", 3, ("tomas",), "The metal ones bend less."),
        Task("Draw the poster", "medium", "doing", 2, ("mei",), said=(("jonas", "More yellow, please."),)),
        Task("Find someone for the evening on brakes", "urgent", "todo", 1, ("jonas",)),
        Task(
            "Write the hand-out on punctures",
            "medium",
            "todo",
            8,
            ("tomas",),
            "One page, with drawings. People take it home and hang it in the cellar.",
            (("mei", "I can draw the valve types."), ("tomas", "Great, I send you the list today.")),
        ),
        Task("Borrow six work stands", "high", "todo", 6, ("tomas", "jonas")),
        Task("Ask the bakery about sandwiches", "low", "todo", 9, ("mei",)),
        Task("Sign-up list with 20 places an evening", "medium", "done", -2, ("jonas",)),
        Task("First aid box: check and refill", "high", "todo", 7),
        Task("Gloves in three sizes", "low", "todo", 7, ("tomas",)),
        Task("Tell the local paper", "medium", "todo", 4, ("mei",)),
        Task("Photos: who minds being on them?", "none", "todo", 11),
        Task("Clean the room afterwards", "none", "todo", 13, ("jonas", "tomas", "mei")),
    ),
)

_OFFICE = Room(
    "Office and paperwork",
    "What nobody likes to do and somebody has to.",
    "priya",
    {"amara": "admin", "mei": "contributor"},
    (
        Task("Tax papers for the last quarter", "urgent", "doing", 5, ("priya",), said=(("amara", "Signed mine."),)),
        Task("Renew the insurance of the van", "high", "todo", 8, ("amara",)),
        Task("New lease: read the part on heating", "medium", "todo", 10, ("priya", "amara")),
        Task("Order paper and labels", "low", "done", -1, ("mei",)),
        Task("Sort the invoices of March", "medium", "doing", 2, ("mei",), "By supplier, then by date."),
        Task("Keys: who has which?", "low", "todo", None, ("mei",), said=(("mei", "Two are unaccounted for."),)),
        Task("Holiday plan for the summer", "medium", "todo", 15, ("amara",)),
        Task("Fire extinguishers: next inspection", "high", "todo", 21),
        Task("Pick a day for the yearly dinner", "none", "todo", 30, ("priya",)),
        Task("Update the list of suppliers", "low", "todo", 18),
        Task("Answer the chamber of commerce", "medium", "done", -6, ("amara",)),
        Task("Close the old telephone contract", "high", "todo", 3, ("priya",), "It renews itself for two years."),
    ),
)

ROOMS = (_SHOP, _WEEK, _OFFICE)
