"""The hash functions of libhashkit, the library under libmemcached. usage: hashkit.py"""
import sys

sys.path[0] += "/common"  # where adapter.py is
import ctypes
from adapter import Skip, serve

FUNCTIONS = ["one_at_a_time", "md5", "crc", "fnv1_64", "fnv1a_64", "fnv1_32", "fnv1a_32", None,
             "murmur", "jenkins", "murmur3"]  # by hashkit_hash_algorithm_t; 7, hsieh, is left out
digest = ctypes.CDLL("libhashkit.so.2").libhashkit_digest
digest.restype = ctypes.c_uint32
digest.argtypes = [ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]


class Client:
    def hash(self, function, key):
        if function not in FUNCTIONS:
            raise Skip(function)
        return digest(key, len(key), FUNCTIONS.index(function))


version = ctypes.CDLL("libmemcached.so.11").memcached_lib_version  # released together
version.restype = ctypes.c_char_p
serve(Client(), "libhashkit", version().decode())
