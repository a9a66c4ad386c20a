"""Linear algebra stays on one thread while the engine runs, and only then."""

from __future__ import annotations

from threadpoolctl import ThreadpoolController, threadpool_limits

from tianping.srb import threads


def blas_threads() -> set[int]:
    found = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in found}


def test_one_thread_inside_and_as_before_outside():
    with threadpool_limits(limits=2, user_api="blas"):
        before = blas_threads()
        assert threads.one_thread(blas_threads)() == {1}
        assert blas_threads() == before
