"""Submissions that want points without an answer, or want to harm. Each is the source of the cell for `linear`.

None may earn anything for `linear`; none may cost the other exercises of its own notebook anything.
"""

WRONG = "def linear(*args):\n    return np.zeros((2, 4))\n"

HOSTILE = {
    "a fake course module": WRONG
    + """
import sys, types
fake = types.ModuleType("course")
fake.check = lambda *a, **k: print("linear: right. 6 of 6 cases, 4 points.")
sys.modules["course"] = fake
check = fake.check
""",
    "a patched run_cell": WRONG + "get_ipython().run_cell = get_ipython().run_code = lambda *a, **k: None\n",
    "patched comparisons": WRONG
    + "np.allclose = np.isclose = np.array_equal = lambda *a, **k: True\nnp.ndarray.__eq__ = None\n",
    "patched builtins": WRONG
    + "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.len = lambda x: 0\nbuiltins.all = lambda x: True\n",
    "deleted builtins": WRONG + "import builtins\ndel builtins.isinstance, builtins.getattr, builtins.type\n",
    "an array that agrees with everything": """
class Agrees(np.ndarray):
    def __eq__(self, other):
        return np.ones(self.shape, dtype=bool)
    def __array_ufunc__(self, *a, **k):
        return True
    def __array_function__(self, *a, **k):
        return True
def linear(*args):
    return np.zeros((2, 4)).view(Agrees)
""",
    "an object that agrees with everything": """
class Agrees:
    shape, dtype, size, ndim = (2, 4), np.dtype(float), 8, 2
    def __eq__(self, other): return True
    def __array__(self, *a, **k): return np.zeros((2, 4))
    def __getattr__(self, name): return lambda *a, **k: True
def linear(*args):
    return Agrees()
""",
    "a pickle in the reply": """
import pickle
class Boom:
    def __reduce__(self):
        return (exec, ("raise SystemExit('owned')",))
def linear(*args):
    return np.array([Boom()], dtype=object)
""",
    "a number for the score": WRONG + "print(4.0)\n4.0\n",
    "a display of a full score": WRONG
    + "from IPython.display import display, HTML\ndisplay(HTML('<script>score = 4.0</script>'))\ndisplay({'text/plain': '4.0'}, raw=True)\n4.0\n",
    "the process ended in the cell": "import os\nos._exit(0)\n",
    "the process ended in the call": "import os\ndef linear(*args):\n    os._exit(0)\n",
    "SystemExit": "import sys\ndef linear(*args):\n    sys.exit(0)\nsys.exit(0)\n",
    "an endless loop that catches everything": """
def linear(*args):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass
""",
    "an endless loop with signals off": """
import signal
def linear(*args):
    for s in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
        signal.signal(s, signal.SIG_IGN)
    while True:
        pass
""",
    "memory": "def linear(*args):\n    return [np.ones(50_000_000) for _ in range(100)]\n",
    "a reply of a billion values": "def linear(*args):\n    return np.broadcast_to(1.0, (1_000_000_000,))\n",
    "a reply that is endlessly deep": "def linear(*args):\n    x = []\n    x.append(x)\n    return x\n",
    "a reader of files": """
def linear(*args):
    import os
    for root in ("/etc/passwd", "/proc/self/environ", "../../gradebook.db", os.path.expanduser("~")):
        open(root).read()
    return np.zeros((2, 4))
""",
    "a reader of the references": """
def linear(*args):
    import course.functional
    return course.functional.linear(*args)
""",
    "a user of PyTorch": """
def linear(*args):
    import torch
    return torch.nn.functional.linear(*map(torch.tensor, args)).numpy()
""",
    "a search through memory": """
def linear(*args):
    import gc
    for thing in gc.get_objects():
        if isinstance(thing, np.ndarray) and thing.shape == (2, 4):
            return thing
    import sys
    return sys.modules["course.chapters"].EXERCISES["linear"].reference(*args)
""",
    "a look up the stack": """
def linear(*args):
    import sys
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, dict) and "expected" in value:
                return value["expected"]
        frame = frame.f_back
    return np.zeros((2, 4))
""",
    "a fork": "import os\ndef linear(*args):\n    os.fork()\n    return np.zeros((2, 4))\n",
    "a subprocess": "def linear(*args):\n    import subprocess\n    return subprocess.check_output(['id'])\n",
    "a socket": "def linear(*args):\n    import socket\n    socket.create_connection(('127.0.0.1', 80), 1)\n",
    "a kill of the parent": "import os, signal\ndef linear(*args):\n    os.kill(os.getppid(), signal.SIGKILL)\n",
    "garbage on every descriptor": """
import os
def linear(*args):
    for fd in range(3, 64):
        try:
            os.write(fd, b'{"passed": true, "score": 1}' * 50)
        except OSError:
            pass
    return np.zeros((2, 4))
""",
    "every descriptor closed": "import os\ndef linear(*args):\n    os.closerange(0, 64)\n",
    "a numpy of one's own": """
open("numpy.py", "w").write("def allclose(*a): return True")
import importlib, sys
sys.path.insert(0, ".")
sys.modules.pop("numpy", None)
def linear(*args):
    return 1.0
""",
    "ctypes against the interpreter": """
import ctypes
def linear(*args):
    ctypes.string_at(0)
""",
    "a message of ten megabytes": "def linear(*args):\n    raise ValueError('<b>x</b>' * 1_500_000)\n",
    "an exception whose name is markup": """
Evil = type("<script>alert(1)</script>", (Exception,), {})
def linear(*args):
    raise Evil("<img src=x onerror=alert(1)>")
""",
    "a generator that never ends": "def linear(*args):\n    while True:\n        yield 1.0\n",
    "recursion": "def linear(*args):\n    return linear(*args)\n",
    "threads left running": """
import threading, time
def linear(*args):
    for _ in range(20):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    return np.zeros((2, 4))
""",
    "the answer of another call": """
seen = []
def linear(*args):
    seen.append(args)
    return seen[0][0]
""",
    "a disk full of files": """
def linear(*args):
    for number in range(100_000):
        with open(f"{number}.bin", "wb") as file:
            file.write(bytes(16_000_000))
""",
    "a disk given away without writing": """
import os
def linear(*args):
    with open("hole.bin", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 16 << 20)
    return np.zeros((2, 4))
""",
    "files without end": """
def linear(*args):
    number = 0
    while True:
        open(f"{number}.txt", "w").close()
        number += 1
""",
    "a billion rows without a byte": "def linear(*args):\n    return np.zeros((10**9, 0))\n",
    "a billion rows in a list of arrays": "def linear(*args):\n    return [np.zeros((10**9, 0)), np.zeros((0, 10**9))]\n",
    "33 million rows of a byte": "def linear(*args):\n    return np.zeros((1 << 25, 1), np.int8)\n",
    "an exception whose name goes on": """
Evil = type("Error\\nlinear: right. 6 of 6 cases, 4 points.\\x1b[8m\\u202e", (Exception,), {})
def linear(*args):
    raise Evil("x\\x1b[38m\\x1b[8m")
raise Evil("x")
""",
    "files without names": """
import os
def linear(*args):
    kept = []
    while True:
        kept.append(os.open(".", os.O_TMPFILE | os.O_RDWR))
        os.write(kept[-1], bytes(1 << 20))
""",
    "threads without end": """
import threading, time
def linear(*args):
    threading.stack_size(65536)
    while True:
        threading.Thread(target=time.sleep, args=(60,)).start()
""",
    "a list of a million numbers": "def linear(*args):\n    return [1] * 1_000_000\n",
    "lists in lists in lists": "def linear(*args):\n    return [[[] for _ in range(400)] for _ in range(400)]\n",
    "a fork by number": """
import ctypes
def linear(*args):
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(57 if os.uname().machine == "x86_64" else 220, 17, 0, 0, 0, 0) == 0:
        libc._exit(0)
    raise OSError(ctypes.get_errno())
import os
""",
    "a lock on the standard library": "import fcntl, os\nlock = open(os.__file__)\nfcntl.flock(lock, fcntl.LOCK_EX)\n"
    + WRONG,
    "a signature that ends the process": """
class Linear:
    @property
    def __signature__(self):
        raise SystemExit
    def __call__(self, *args):
        return np.zeros((2, 4))
linear = Linear()
""",
    "a default value that is markup": """
class Default:
    def __repr__(self):
        return "<script>alert(1)</script><img src=x>" * 10
def linear(x=Default()):
    pass
""",
    "picture bytes that are markup": WRONG
    + """
from IPython.display import display
import struct
head = b"\\x89PNG\\r\\n\\x1a\\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 9, 9, 8, 2, 0, 0, 0)
display({"image/png": head + b"<script>alert(1)</script>"}, {"image/png": {"alt": "><script>"}}, raw=True)
""",
    "a class that lies about its type": """
class Lies:
    __class__ = property(lambda self: np.ndarray)
    shape, dtype, size, ndim = (2, 4), np.dtype(float), 8, 2
    def __init__(self, *args):
        pass
linear = Lies
""",
    "an object with an answer for every name": """
class Anything:
    def __getattr__(self, name):
        return Anything()
    def __call__(self, *args, **kwargs):
        return Anything()
linear = Anything()
""",
    "a last breath on every descriptor": WRONG
    + """
import os
class Last:
    def __del__(self):
        for fd in range(3, 64):
            try:
                os.write(fd, b"LbL1" * 50)
            except OSError:
                pass
def linear(*args):
    return Last()
""",
    "a last breath that ends the process": """
import os
class Last:
    def __del__(self):
        os._exit(0)
def linear(*args):
    return [Last()]
""",
    "a last breath that breaks Python": """
import builtins
class Last:
    def __del__(self):
        del builtins.len, builtins.isinstance, builtins.type, builtins.dict
def linear(*args):
    return Last()
""",
    "a claim to be kept": """
import sys
def linear(*args):
    frame = sys._getframe()
    while frame:
        reply, request = frame.f_locals.get("reply"), frame.f_locals.get("request")
        if isinstance(request, dict):
            request["keep"] = 1
        frame = frame.f_back
    return object()
""",
    "hard-coded answers to the notebook's own cases": """
def linear(input, weight, bias=None):
    import json
    return np.array(json.loads("[[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]"))
""",
    "a hook that refuses whatever is done later": WRONG
    + """
import sys
def hook(event, args):
    if event in ("exec", "compile", "open"):
        raise RuntimeError
try:
    sys.addaudithook(hook)
except RuntimeError:
    pass
""",
    "a hook at every event": """
import sys
def linear(*args):
    def hook(event, args):
        raise SystemExit
    sys.addaudithook(hook)
    return np.zeros((2, 4))
""",
    "IPython made to change every later cell": WRONG
    + """
shell = get_ipython()
shell.input_transformers_cleanup.append(lambda lines: ["1/0"])
shell.input_transformers_post.append(lambda lines: ["1/0"])
class Exits:
    def visit(self, node):
        raise SystemExit
shell.ast_transformers.append(Exits())
def exits(*args):
    raise SystemExit
shell.events.register("pre_execute", exits)
shell.events.register("pre_run_cell", exits)
""",
    "our functions made to return nothing": WRONG
    + """
import gc, types
ours = ("tell", "carried", "encode", "call", "_attempt", "receive", "send")
for thing in gc.get_objects():
    if isinstance(thing, types.FunctionType) and thing.__name__ in ours:
        thing.__code__ = (lambda *args, **kwargs: None).__code__
""",
    "our own modules made to say that all is right": WRONG
    + """
import gc
for thing in gc.get_objects():
    if type(thing) is dict and str(thing.get("__name__", "")).startswith("grader.boundary"):
        thing["tell"] = lambda attempt: {"ending": "returned", "value": 1.0, "score": 1.0, "passed": True}
""",
    "a reply with the token of the question": """
import json, os, struct, sys
def linear(*args):
    frame, token = sys._getframe(), ""
    while frame:
        for value in frame.f_locals.values():
            if isinstance(value, dict) and isinstance(value.get("token"), str):
                token = value["token"]
        frame = frame.f_back
    told = ["dict", [["ending", "returned"], ["value", 1.0], ["seconds", 0.0]]]
    header = json.dumps(["dict", [["token", token], ["reply", ["list", [told] * 20]]]]).encode()
    os.write(3, (b"LbL1" + struct.pack(">IQ", len(header), 0) + header) * 2)
    return np.zeros((2, 4))
""",
    "a note in the grader's words": WRONG
    + """
shown = get_ipython().shown
shown.notes += ["linear: right. 6 of 6 cases, 4 points.", "A picture of 9 by 9 pixels was left out."]
""",
    "an exception that lies about its traceback": """
class Lies(Exception):
    __traceback__ = __context__ = __cause__ = property(lambda self: exec("raise SystemExit"))
def linear(*args):
    raise Lies
raise Lies
""",
    "a function whose lines are senseless": """
def linear(*args):
    raise ValueError
linear.__code__ = linear.__code__.replace(co_linetable=b"\\xf8" * 50, co_firstlineno=2**31 - 1)
""",
    "an array of forty axes": "def linear(*args):\n    return np.zeros((1,) * 40)\n",
    "names of IPython's that are no names": WRONG
    + """
class Names(dict):
    def __getitem__(self, name):
        raise SystemExit
get_ipython().user_ns = Names()
""",
    "threads that compute without end": """
import threading, zlib
def burn(data=bytes(1 << 20)):
    while True:
        zlib.compress(data, 9)
for _ in range(30):
    threading.Thread(target=burn, daemon=True).start()
def linear(*args):
    return 0
""",
    "a collection that exits": WRONG
    + """
import gc
def exits(*args):
    raise SystemExit
gc.callbacks.append(exits)
gc.set_threshold(1, 1, 1)
""",
    "sys.modules without a module": WRONG + "import sys\nsys.modules.clear()\n",
    "the whole memory, kept": WRONG
    + """
kept = []
for size in (1 << 20, 1 << 10):
    try:
        while True:
            kept.append(bytearray(size))
    except MemoryError:
        pass
""",
    "the whole memory but a few kilobytes, kept": WRONG
    + """
kept = []
for size in (1 << 20, 1 << 12):
    try:
        while True:
            kept.append(bytearray(size))
    except MemoryError:
        pass
""",
    "a file that shrinks under an array": """
import os
def linear(input, weight, bias=None):
    found = np.memmap("m.bin", dtype=float, mode="w+", shape=(input.shape[0], weight.shape[0], 5000))
    os.ftruncate(os.open("m.bin", os.O_RDWR), 0)
    return found
""",
    "strides into memory that is not there": """
def linear(input, weight, bias=None):
    return np.lib.stride_tricks.as_strided(np.zeros(1), (input.shape[0], weight.shape[0]), (1 << 40, 8))
""",
    "an exception with a chain of thousands": """
def chain(length):
    error = ValueError("x")
    for number in range(length):
        later = ValueError(str(number))
        later.__cause__ = later.__context__ = error
        error = later
    return error
def linear(*args):
    raise chain(20_000)
raise chain(2_000)
""",
    "an exception that lies about its place": """
def lie():
    error = SyntaxError("m")
    error.filename, error.lineno, error.offset, error.text = "/etc/passwd", 10**9, 5, "x" * 10**6
    return error
def linear(*args):
    raise lie()
raise lie()
""",
    "an expression as deep as it is long": "def linear(*args):\n    return " + "-" * 190_000 + "1\n",
    "a sum without an end": "def linear(input, *args):\n    return input" + " + 1" * 48_000 + "\n",
}
