// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/error.h"
#include "core/base/text.h"

#include <QByteArray>
#include <QtGlobal>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// An oracle: what has to hold whatever the input is. Not an assertion, since it counts in every kind of build.
#define FUZZ_REQUIRE(condition)                                                                                        \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #condition);                        \
            std::abort();                                                                                              \
        }                                                                                                              \
    } while (false)

/// What libFuzzer, or corpusmain.cpp, calls with one input.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace condaoci::fuzz {

/// An input, taken apart from its front. Line by line, so that seeds can be written by hand.
class Input
{
public:
    Input(const std::uint8_t* data, std::size_t size)
        : m_rest(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size))
    {
    }
    /// Up to the next line feed, which goes as well.
    QByteArray line()
    {
        const auto end = m_rest.indexOf('\n');
        const QByteArray taken = m_rest.left(end);
        m_rest = end < 0 ? QByteArray() : m_rest.mid(end + 1);
        return taken;
    }
    [[nodiscard]] const QByteArray& rest() const { return m_rest; }

private:
    QByteArray m_rest;
};

/// Without the warnings of the libraries, which would be written a million times.
inline void beQuiet()
{
    static const auto before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
    Q_UNUSED(before);
}

/// Fit for one line of a terminal or a log (faults.md A33), and short.
inline bool isFitToShow(const QString& text)
{
    const auto characters = text.toUcs4();
    return text.size() <= 2048 && std::none_of(characters.begin(), characters.end(), isHidden);
}

inline void checkError(const Error& error)
{
    FUZZ_REQUIRE(!error.message.isEmpty() && isFitToShow(error.message) && isFitToShow(error.detail));
}

} // namespace condaoci::fuzz
