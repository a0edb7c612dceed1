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

/// Is it a person's terminal, and not a file or a pipe?
[[nodiscard]] bool isTerminal(std::FILE* stream);

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
