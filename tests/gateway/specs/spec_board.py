"""What screens see of the service, and how it is kept fresh."""

from __future__ import absolute_import, unicode_literals

from fakes import Clock, Service, answer, problem, raises
from gatewaylibrary import module

boards = module("board")
http = module("http")
refresh = module("refresh")

NOTHING_YET = {"payload": None, "read_at_ms": None, "problem": None}
OPEN = {"state": ["open", "claimed"]}


class Wall(object):
    """A board, and who reads the service for it."""

    def __init__(self, *planned):
        self.clock = Clock(1000.0)
        self.service = Service(*planned)
        self.board = boards.Board({}, self.clock)
        self.refresher = refresh.Refresher(
            self.board, self.service, lambda: {"JournalDepth": 3}, lambda: 77, self
        )
        self.known = {"read_at_ms": None, "items": []}

    def orders(self):
        """Stand for the orders that the gateway knows."""
        return self.known

    def pass_time(self, seconds):
        """Let time go by, then let the timer come."""
        self.clock.now += seconds
        self.refresher.run()


def test_a_first_look_is_answered_at_once_and_read_from_the_service_then():
    wall = Wall(answer(200, {"items": [1]}))
    assert wall.board.read("approvals", OPEN) == NOTHING_YET
    wall.refresher.run()
    seen = wall.board.read("approvals", OPEN)
    assert seen == {"payload": {"items": [1]}, "read_at_ms": 77, "problem": None}
    assert wall.service.requests == [("/v1/approvals", OPEN)]


def test_what_takes_the_service_long_is_read_less_often():
    wall = Wall(answer(200, {"items": [1]}), answer(200, {"items": [2]}))
    for seconds, count in ((0, 1), (55, 1), (200, 1), (45, 2)):
        wall.board.read("parallel_run")
        wall.pass_time(seconds)
        wall.board.expire()
        assert len(wall.service.requests) == count, seconds


def test_params_fill_the_path_and_what_is_empty_is_left_out():
    wall = Wall(answer(200, {}), answer(200, {}))
    wall.board.read("approval", {"approval_id": "a/b c"})
    wall.refresher.run()
    wall.board.read("postings", {"state": "rejected", "erp": None})
    wall.refresher.run()
    paths = [("/v1/approvals/a%2Fb%20c", {}), ("/v1/postings", {"state": "rejected"})]
    assert wall.service.requests == paths


def test_what_is_looked_at_is_read_again_every_five_seconds():
    wall = Wall(answer(200, {"items": [1]}), answer(200, {"items": [2]}))
    wall.board.read("approvals")
    for seconds in (0, 4.9, 0.1, 1):
        wall.pass_time(seconds)
    assert len(wall.service.requests) == 2
    assert wall.board.read("approvals")["payload"] == {"items": [2]}


def test_what_nobody_looks_at_any_more_is_not_read():
    wall = Wall(answer(200, {}))
    wall.board.read("approvals")
    wall.refresher.run()
    wall.pass_time(61)
    wall.pass_time(600)
    assert len(wall.service.requests) == 1
    assert wall.board.read("approvals") == NOTHING_YET


def test_an_outage_keeps_what_was_read_and_says_so_everywhere():
    wall = Wall(answer(200, {"items": [1]}), http.Unreachable("no route"), answer(200, {}))
    wall.board.read("approvals")
    wall.refresher.run()
    wall.board.read("postings")
    wall.pass_time(5)
    for name, payload in (("approvals", {"items": [1]}), ("postings", None)):
        seen = wall.board.read(name)
        assert seen["payload"] == payload
        assert seen["problem"] == "the service cannot be reached: no route"
    assert len(wall.service.requests) == 2


def test_an_answer_that_cannot_be_used_is_a_problem_in_words():
    for planned, text in (
        (problem(403, "wrong scope"), "403 wrong scope"),
        (answer(200, "<html>log in</html>", "text/html"), "200 text/html <html>log in</html>"),
        (problem(404, "no such approval"), "404 no such approval"),
    ):
        wall = Wall(planned)
        wall.board.read("approvals")
        wall.refresher.run()
        assert wall.board.read("approvals") == dict(NOTHING_YET, problem=text)


def test_what_is_gone_is_not_shown_any_longer():
    wall = Wall(answer(200, {"state": "open"}), problem(404, "gone"))
    wall.board.read("approval", {"approval_id": "a"})
    wall.refresher.run()
    wall.pass_time(5)
    assert wall.board.read("approval", {"approval_id": "a"})["payload"] is None


def test_a_change_has_everything_read_at_once():
    wall = Wall(answer(200, {"items": [1]}), answer(200, {"items": []}))
    wall.board.read("approvals")
    wall.refresher.run()
    wall.board.expire()
    wall.refresher.run()
    assert wall.board.read("approvals")["payload"] == {"items": []}


def test_the_health_of_the_gateway_shows_whether_the_service_answers_or_not():
    wall = Wall(answer(200, {"status": "ok"}), http.Unreachable("no route"))
    wall.board.read("health")
    wall.refresher.run()
    gateway = {"JournalDepth": 3}
    assert wall.board.read("health")["payload"] == {"service": {"status": "ok"}, "gateway": gateway}
    wall.pass_time(5)
    seen = wall.board.read("health")
    assert seen["payload"] == {"service": None, "gateway": gateway}
    assert seen["problem"] == "the service cannot be reached: no route"


def test_a_name_that_is_not_on_the_board_is_a_mistake_of_the_view():
    with raises(ValueError) as caught:
        Wall().board.read("aprovals")
    assert "aprovals is not on the board; known are" in caught.text


def test_without_the_service_the_orders_that_the_gateway_knows_are_shown():
    wall = Wall(http.Unreachable("no route"))
    press, saw = ([{"operation_id": "0010", "work_center_id": name}] for name in ("PRESS", "SAW"))
    wall.known = {
        "read_at_ms": 5,
        "items": [
            {"order_id": "100", "operations": press},
            {"order_id": "101", "operations": saw},
            {"order_id": "200", "operations": press},
        ],
    }
    params = {"work_center_id": "PRESS", "begins_with": "1"}
    wall.board.read("orders", params)
    wall.refresher.run()
    shown = wall.board.read("orders", params)
    assert [order["order_id"] for order in shown["payload"]["items"]] == ["100"]
    assert shown["read_at_ms"] == 5
    assert shown["problem"] == "the service cannot be reached: no route"
