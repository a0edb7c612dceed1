// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "core/base/largepages.h"

#include <QtGlobal>

#ifdef Q_OS_LINUX
#include <sys/mman.h>

#include <cstdint>
#endif

namespace condaoci {

#ifdef Q_OS_LINUX

void preferLargePages(const void* memory, std::size_t size)
{
    constexpr std::size_t largePage = 2 * 1024 * 1024;
    constexpr std::size_t least = 8 * largePage;
    if (size < least)
        return;
    // Whole large pages inside the block, so that no other memory is meant.
    const auto begin = (reinterpret_cast<std::uintptr_t>(memory) + largePage - 1) / largePage * largePage;
    const auto end = (reinterpret_cast<std::uintptr_t>(memory) + size) / largePage * largePage;
    (void)madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
}

#else

void preferLargePages(const void*, std::size_t) {}

#endif

} // namespace condaoci
