"""The shipped kernel under a real jupyter_client: what jupyter_kernel_test leaves out."""

import os
import time
import unittest

from jupyter_client.manager import KernelManager, start_new_kernel

KERNEL = os.environ["GALTON_TEST_KERNEL"]
TIMEOUT = 60
HOST = '(globalThis as any)[Symbol.for("jupyter.notebook")]'


class ProtocolTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager, cls.client = start_new_kernel(kernel_name=KERNEL)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel()

    def until_idle(self, msg_id):
        """Everything on iopub that the request caused, up to its idle."""
        caused = []
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            caused.append(message)
            if message["content"].get("execution_state") == "idle":
                return caused

    def run_cell(self, code, **options):
        msg_id = self.client.execute(code, **options)
        caused = self.until_idle(msg_id)
        return self.reply(msg_id)["content"], caused

    def reply(self, msg_id, channel="shell"):
        get = {"shell": self.client.get_shell_msg, "control": self.client.get_control_msg}[channel]
        while True:
            message = get(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    def result(self, code):
        reply, caused = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        return next(m["content"]["data"] for m in caused if m["msg_type"] == "execute_result")["text/plain"]

    def await_begun(self, msg_id):
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == msg_id and message["msg_type"] == "stream":
                return

    def test_whole_sequence_of_a_cell(self):
        reply, caused = self.run_cell('console.log("a"); display({ "text/html": "b" }, { raw: true }); console.error("c"); 6 * 7')
        shape = [m["content"].get("execution_state") or m["content"].get("name") or m["msg_type"] for m in caused]
        self.assertEqual(shape, ["busy", "execute_input", "stdout", "display_data", "stderr", "execute_result", "idle"])
        self.assertEqual(caused[-2]["content"]["data"], {"text/plain": "42"})
        self.assertEqual(caused[1]["content"]["execution_count"], reply["execution_count"])
        self.assertTrue(all(m["header"]["version"].startswith("5.") for m in caused))

    def test_types_and_values_carry_over(self):
        self.run_cell("const greeting: string = 'hello'; class Box<T> { constructor(readonly value: T) {} }")
        self.assertEqual(self.result("new Box(greeting.length).value"), "5")

    def test_type_error_names_the_line(self):
        reply, _ = self.run_cell("const fine = 1;\nconst wrong: number = 'text';")
        self.assertEqual(reply["ename"], "CompileError")
        self.assertIn("2322", reply["traceback"][0])
        self.assertRegex(reply["traceback"][0], r"Cell \[\d+\], line 2, column 7")

    def test_runtime_error_is_mapped_to_the_line_of_the_cell(self):
        reply, caused = self.run_cell("interface Gone { a: number }\n\nfunction fail(): never {\n  throw new RangeError('too far');\n}\nfail();")
        self.assertEqual((reply["ename"], reply["evalue"]), ("RangeError", "too far"))
        traceback = "\n".join(reply["traceback"])
        count = reply["execution_count"]
        self.assertRegex(traceback, rf"Cell \[{count}\](:|, line )4")
        self.assertRegex(traceback, rf"Cell \[{count}\](:|, line )6")
        error = next(m["content"] for m in caused if m["msg_type"] == "error")
        self.assertEqual(error["traceback"], reply["traceback"])

    def test_comm_both_ways_with_buffers(self):
        code = f'const comm = {HOST}.comms.open("t", {{ n: 1 }}, {{ buffers: [new Uint8Array([1, 2])] }}); comm.onMessage((m: any) => comm.send(m.data, {{ buffers: m.buffers }}));'
        reply, caused = self.run_cell(code)
        self.assertEqual(reply["status"], "ok", reply)
        opened = next(m for m in caused if m["msg_type"] == "comm_open")
        self.assertEqual([bytes(b) for b in opened["buffers"]], [b"\x01\x02"])
        message = self.client.session.msg("comm_msg", {"comm_id": opened["content"]["comm_id"], "data": {"m": 2}})
        self.client.session.send(self.client.shell_channel.socket, message, buffers=[b"abc", b""])
        busy, echo, idle = self.until_idle(message["header"]["msg_id"])
        self.assertEqual(echo["content"]["data"], {"m": 2})
        self.assertEqual([bytes(b) for b in echo["buffers"]], [b"abc", b""])
        info = self.client.comm_info("t")
        self.assertEqual(list(self.reply(info)["content"]["comms"]), [opened["content"]["comm_id"]])

    def test_stdin(self):
        msg_id = self.client.execute("prompt('name?') + '!'", allow_stdin=True)
        asked = self.client.get_stdin_msg(timeout=TIMEOUT)
        self.assertEqual(asked["content"], {"prompt": "name?", "password": False})
        self.client.input("Ada")
        caused = self.until_idle(msg_id)
        self.assertIn("'Ada!'", [m["content"]["data"]["text/plain"] for m in caused if m["msg_type"] == "execute_result"])
        self.reply(msg_id)

    def test_interrupts(self):
        self.run_cell("let kept = 41")
        cells = ["for (;;);", "await null; for (;;);", "await new Promise(() => {})", "for (;;) await null;"]
        for code in cells:
            with self.subTest(code=code):
                msg_id = self.client.execute(f"console.log('begun'); {code}")
                self.await_begun(msg_id)
                start = time.monotonic()
                self.manager.interrupt_kernel()
                reply = self.reply(msg_id)["content"]
                self.assertLess(time.monotonic() - start, 1.0)
                self.assertEqual((reply["status"], reply["ename"]), ("error", "Interrupted"))
                self.until_idle(msg_id)
                self.assertEqual(self.result("kept + 1"), "42")

    def test_astral_positions(self):
        self.run_cell("const astral = { first: 1 }")
        code = "'𝒳𝒳'; astral.fir"
        content = self.reply(self.client.complete(code, cursor_pos=len(code)))["content"]
        self.assertEqual(content["matches"], ["first"])
        self.assertEqual(code[content["cursor_start"] : content["cursor_end"]], "fir")
        inspected = self.reply(self.client.inspect("'𝒳𝒳'; astral.first", cursor_pos=14))["content"]
        self.assertTrue(inspected["found"])
        self.assertIn("first: number", inspected["data"]["text/plain"])

    def test_output_of_a_timer_after_the_cell(self):
        msg_id = self.client.execute("setTimeout(() => console.log('late'), 200); undefined")
        self.until_idle(msg_id)
        self.reply(msg_id)
        while True:
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["msg_type"] == "stream":
                break
        self.assertEqual((message["parent_header"]["msg_id"], message["content"]["text"]), (msg_id, "late\n"))

    def test_burst_of_cells(self):
        ids = [self.client.execute(f"{i}") for i in range(200)]
        self.until_idle(ids[-1])
        replies = [self.client.get_shell_msg(timeout=TIMEOUT) for _ in ids]
        self.assertEqual([m["parent_header"]["msg_id"] for m in replies], ids)
        self.assertEqual({m["content"]["status"] for m in replies}, {"ok"})

    def test_silent_and_user_expressions(self):
        reply, caused = self.run_cell("console.log('x'); 1", silent=True)
        self.assertEqual([m["msg_type"] for m in caused], ["status", "status"])
        reply, _ = self.run_cell("let u = 2", user_expressions={"a": "u * 2", "b": "nothing"})
        self.assertEqual(reply["user_expressions"]["a"]["data"], {"text/plain": "4"})
        self.assertEqual(reply["user_expressions"]["b"]["status"], "error")


class RestartTests(unittest.TestCase):
    def test_restart_forgets_and_shutdown_ends(self):
        manager, client = start_new_kernel(kernel_name=KERNEL)
        try:
            client.execute_interactive("const before = 1; const secret = 2", timeout=TIMEOUT, output_hook=lambda _: None)
            manager.restart_kernel(now=False)
            client.wait_for_ready(timeout=TIMEOUT)
            reply = client.execute_interactive("secret", timeout=TIMEOUT, output_hook=lambda _: None)
            self.assertEqual(reply["content"]["status"], "error")
            self.assertEqual(reply["content"]["execution_count"], 1)
        finally:
            client.stop_channels()
            process = manager.provisioner.process
            manager.shutdown_kernel(now=False)
        self.assertEqual(process.returncode, 0)

    def test_ports_are_known_at_once(self):
        manager = KernelManager(kernel_name=KERNEL)
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=TIMEOUT)
            self.assertTrue(client.hb_channel.is_beating())
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


if __name__ == "__main__":
    unittest.main()
