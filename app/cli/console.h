// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/result.h"
#include "core/mirror/copy/copyreport.h"

#include <QElapsedTimer>
#include <QString>

#include <cstdio>

class QJsonDocument;

namespace condaoci::app {

/// stdout is for results, stderr for progress and messages. Every text is made one line fit for a terminal.
void printResult(const QString& line);
void printMessage(const QString& line);
/// Bytes as they are, to stdout.
void printBytes(QByteArrayView bytes);
/// A document for other programs, indented, in which nothing can do anything to a terminal.
void printJson(const QJsonDocument& document);
/// What the bytes of a server are on a person's terminal, which would obey what is in them: text with what is hidden
/// in it escaped. notForTerminal() where they are not text.
[[nodiscard]] Result<QByteArray> forTerminal(QByteArrayView bytes);
/// Error kind Config, with what to do. \param what  the subject of the sentence
[[nodiscard]] Error notForTerminal(const QString& what);
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
