"""Latency of Jupyter kernels side by side, from a client's view; one JSON object a line.

Called by `galton bench kernel`, which puts the kernelspecs in place. Times are milliseconds. The kernels take turns, round by round,
so that a change of the machine's speed hits all of them alike.

    python bench_kernel.py --kernels galton,python3 --rounds 3 --cells 60
"""

import argparse
import json
import time

import zmq
from jupyter_client.manager import KernelManager

TYPESCRIPT = {
    "trivial": "1 + {i}",
    "declare": "const value{i} = {{ count: {i}, label: 'cell {i}' }}; function double{i}(x: number) {{ return 2 * x + value{i}.count; }}",
    "comm": "(globalThis as any)[Symbol.for('jupyter.notebook')].comms"
    ".registerTarget('bench', (comm: any) => comm.onMessage((m: any) => comm.send(m.data)));",
    "complete": "value{i}.",
    "inspect": "double{i}",
}
LANGUAGES = {
    "typescript": TYPESCRIPT,
    "python": {
        "trivial": "1 + {i}",
        "declare": "value{i} = dict(count={i}, label='cell {i}')\ndef double{i}(x):\n    return 2 * x + value{i}['count']",
        "comm": "get_ipython().kernel.comm_manager.register_target('bench', lambda comm, _: comm.on_msg(lambda m: comm.send(m['content']['data'])))",
        "complete": "value{i}.",
        "inspect": "double{i}",
    },
}


class Client:
    """One kernel and the two channels that the measurements use."""

    def __init__(self, name):
        start = time.perf_counter()
        self.manager = KernelManager(kernel_name=name)
        self.manager.start_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.shell = self.client.shell_channel.socket
        self.iopub = self.client.iopub_channel.socket
        self.session = self.client.session
        # A kernel that is not up yet answers what it finds in its queue when it is: one request, no polling.
        self.request("kernel_info_request", {}, iopub=False)
        self.ready = 1e3 * (time.perf_counter() - start)
        self.subscribe()
        language = self.info["language_info"]["name"]
        self.code = LANGUAGES["python" if language == "python" else "typescript"]

    def subscribe(self):
        """Waits until broadcasts arrive: the iopub socket may connect later than the shell socket did."""
        while not self.iopub.poll(100, zmq.POLLIN):
            self.request("kernel_info_request", {}, iopub=False)

    def receive(self, socket, timeout=60_000):
        if not socket.poll(timeout, zmq.POLLIN):
            raise TimeoutError("the kernel did not answer within a minute")
        _, frames = self.session.feed_identities(socket.recv_multipart())
        return self.session.deserialize(frames)

    def request(self, kind, content, iopub=True):
        """Milliseconds from sending until the reply and, with iopub, the idle status are here."""
        start = time.perf_counter()
        sent = self.session.send(self.shell, kind, content)
        identity = sent["header"]["msg_id"]
        while True:
            reply = self.receive(self.shell)
            if reply["parent_header"].get("msg_id") == identity:
                break
        while iopub:
            message = self.receive(self.iopub)
            if message["parent_header"].get("msg_id") != identity or message["msg_type"] != "status":
                continue
            if message["content"]["execution_state"] == "idle":
                break
        elapsed = 1e3 * (time.perf_counter() - start)
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{kind} failed: {reply['content']}")
        self.info = reply["content"]
        return elapsed

    def execute(self, code):
        content = dict(code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True)
        return self.request("execute_request", content)

    def open_comm(self):
        self.execute(self.code["comm"])
        self.session.send(self.shell, "comm_open", dict(comm_id="bench", target_name="bench", data={}))

    def comm(self, value):
        """Milliseconds until what was sent to the kernel's end of a comm came back."""
        start = time.perf_counter()
        self.session.send(self.shell, "comm_msg", dict(comm_id="bench", data=dict(value=value)))
        while True:
            message = self.receive(self.iopub)
            if message["msg_type"] == "comm_msg" and message["content"]["data"].get("value") == value:
                return 1e3 * (time.perf_counter() - start)

    def stop(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def measure(name, cells, repeats, add):
    client = Client(name)
    try:
        code = client.code
        add(name, "ready", [client.ready])
        add(name, "first cell", [client.execute(code["trivial"].format(i=0))])
        add(name, "trivial cell", [client.execute(code["trivial"].format(i=i)) for i in range(1, repeats + 1)])
        for i in range(cells):
            client.execute(code["declare"].format(i=i))
        add(name, f"trivial cell after {cells}", [client.execute(code["trivial"].format(i=i)) for i in range(repeats)])
        add(name, "completion", [client.request("complete_request", at_end(code["complete"].format(i=i))) for i in range(cells)])
        inspect = [dict(at_end(code["inspect"].format(i=i)), detail_level=0) for i in range(cells)]
        add(name, "inspect", [client.request("inspect_request", content) for content in inspect])
        client.open_comm()
        add(name, "comm round trip", [client.comm(i) for i in range(10 * repeats)][repeats:])
    finally:
        client.stop()


def at_end(code):
    return dict(code=code, cursor_pos=len(code))


def summary(times):
    ordered = sorted(times)

    def quantile(q):
        return round(ordered[min(len(ordered) - 1, int(q * len(ordered)))], 3)

    return dict(n=len(ordered), min=quantile(0), p50=quantile(0.5), p95=quantile(0.95), p99=quantile(0.99), max=quantile(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kernels", default="galton,python3")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cells", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=40)
    options = parser.parse_args()
    times = {}

    def add(kernel, name, values):
        times.setdefault((name, kernel), []).extend(values)

    kernels = options.kernels.split(",")
    for _ in range(options.rounds):
        for kernel in kernels:
            measure(kernel, options.cells, options.repeats, add)
    for (name, kernel), values in sorted(times.items(), key=lambda item: list(dict.fromkeys(n for n, _ in times)).index(item[0][0])):
        row = dict(name=name, kernel=kernel, unit="ms", **summary(values))
        peer = times.get((name, kernels[-1]))
        if peer and kernel != kernels[-1]:
            row["speedup"] = round(summary(peer)["p50"] / row["p50"], 2)
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
