"""Notebooks executed by nbclient and nbconvert, with no front end."""

import os
import subprocess
import sys
import tempfile
import unittest

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

KERNEL = os.environ["GALTON_TEST_KERNEL"]
METADATA = {"kernelspec": {"name": KERNEL, "display_name": "TypeScript", "language": "typescript"}}


def notebook(*cells):
    return new_notebook(cells=[cell if not isinstance(cell, str) else new_code_cell(cell) for cell in cells], metadata=METADATA)


class HeadlessTests(unittest.TestCase):
    def test_counts_and_outputs_are_stored(self):
        executed = NotebookClient(notebook("const x = 6", "console.log('text'); x * 7", "display({ 'text/html': '<b>b</b>' }, { raw: true })")).execute()
        nbformat.validate(executed)
        self.assertEqual([cell.execution_count for cell in executed.cells], [1, 2, 3])
        stream, result = executed.cells[1].outputs
        self.assertEqual((stream.name, stream.text), ("stdout", "text\n"))
        self.assertEqual((result.output_type, result.execution_count, result.data["text/plain"]), ("execute_result", 2, "42"))
        self.assertEqual(executed.cells[2].outputs[0].data["text/html"], "<b>b</b>")
        self.assertEqual(executed.metadata.language_info.name, "typescript")
        self.assertEqual(executed.metadata.language_info.file_extension, ".ts")

    def test_an_error_stops_with_name_value_and_line(self):
        client = NotebookClient(notebook("1", "const a = 1;\nthrow new RangeError('too far: ' + a);", "3"))
        with self.assertRaises(CellExecutionError) as caught:
            client.execute()
        self.assertEqual((caught.exception.ename, caught.exception.evalue), ("RangeError", "too far: 1"))
        self.assertRegex(caught.exception.traceback, r"Cell \[2\](:|, line )2")
        self.assertIsNone(client.nb.cells[2].execution_count)

    def test_an_expected_error_goes_on(self):
        expected = new_code_cell("throw new Error('expected')", metadata={"tags": ["raises-exception"]})
        executed = NotebookClient(notebook(expected, "'after'")).execute()
        self.assertEqual(executed.cells[0].outputs[0].ename, "Error")
        self.assertEqual(executed.cells[1].outputs[0].data["text/plain"], "'after'")

    def test_display_ids_are_updated_in_place(self):
        executed = NotebookClient(notebook("const shown = display('one')", "shown.update('two'); undefined")).execute()
        self.assertEqual(executed.cells[0].outputs[0].data["text/plain"], "'two'")

    def test_input_is_refused_clearly(self):
        with self.assertRaises(CellExecutionError) as caught:
            NotebookClient(notebook("prompt('?')")).execute()
        self.assertEqual(caught.exception.ename, "StdinError")

    def test_nbconvert_executes_to_a_notebook(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "in.ipynb")
            nbformat.write(notebook("[1, 2].map((x) => x + 1)"), path)
            subprocess.run([sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--output", "out.ipynb", path], check=True, capture_output=True)
            executed = nbformat.read(os.path.join(folder, "out.ipynb"), as_version=4)
        self.assertEqual(executed.cells[0].outputs[0].data["text/plain"], "[ 2, 3 ]")
        self.assertEqual(executed.cells[0].execution_count, 1)


if __name__ == "__main__":
    unittest.main()
