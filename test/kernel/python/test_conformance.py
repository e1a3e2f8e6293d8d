"""jupyter_kernel_test, whole: everything is set, so that nothing is skipped but the pager, which the kernel has none of."""

import os
import unittest

import jupyter_kernel_test

KERNEL = os.environ["GALTON_TEST_KERNEL"]


class ConformanceTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = 'console.log("hello, world")'
    code_stderr = 'console.error("hello, world")'
    completion_samples = [
        {"text": "Number.isInt", "matches": {"isInteger"}},
        {"text": "[1, 2].flatM", "matches": {"flatMap"}},
    ]
    complete_code_samples = ["1 + 1", "const f = (x: number) => x * 2", "/'/.test('x')", "for (let i = 0; i < 3; i++) {\n}"]
    incomplete_code_samples = ["const f = (x: number) => {", "console.log(", "1 +", "`text"]
    invalid_code_samples = ["const const x", "1 +* 2", "let 3x = 1"]
    code_generate_error = 'throw new Error("on purpose")'
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "['a', 'b'].map((letter) => letter.toUpperCase())", "result": "[ 'A', 'B' ]"},
        {"code": '({ [Symbol.for("Jupyter.display")]: () => ({ "text/markdown": "**b**" }) })', "result": "**b**", "mime": "text/markdown"},
        {"code": "await Promise.resolve('later')", "result": "'later'"},
    ]
    code_display_data = [
        {"code": 'display({ "text/html": "<b>b</b>" }, { raw: true })', "mime": "text/html"},
        {"code": "display([1, 2])", "mime": "text/plain"},
    ]
    code_history_pattern = "1?+?2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "clearOutput()"


class IopubWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True


if __name__ == "__main__":
    unittest.main()
