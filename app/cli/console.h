// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/mirror/copyreport.h"

#include <QElapsedTimer>
#include <QString>

#include <cstdio>

namespace condaoci::app {

/// stdout is for results, stderr for progress and messages. Every text is made one line fit for a terminal.
void printResult(const QString& line);
void printMessage(const QString& line);
/// Bytes as they are, to stdout.
void printBytes(QByteArrayView bytes);
/// Has everything that was printed so far been taken?
[[nodiscard]] bool isOutputWhole();

/// Is it a person's terminal, and not a file or a pipe?
[[nodiscard]] bool isTerminal(std::FILE* stream);

/// Columns of the terminal behind stderr; 80 where it does not say.
[[nodiscard]] int terminalColumns();

/// The one line that shows how a job stands; on a terminal only.
class ProgressLine
{
public:
    explicit ProgressLine(bool wanted);
    ~ProgressLine();

    void show(const QString& title, const mirror::Totals& totals);
    void clear();

private:
    bool m_enabled;
    bool m_shown = false;
    QElapsedTimer m_time;
};

} // namespace condaoci::app
