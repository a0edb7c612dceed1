// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/outputfile.h"
#include "core/http/message.h"

namespace condaoci::http {

/// What is downloaded into a file that a person named: nothing is there before commit(). Errors are of kind Disk and
/// name the file.
class FileSink final : public Sink
{
public:
    explicit FileSink(const QString& path)
        : m_file(path)
    {
    }
    [[nodiscard]] Result<void> open() { return m_file.open(); }
    Result<void> write(QByteArrayView bytes) override { return m_file.write(bytes); }
    Result<void> restart() override { return m_file.restart(); }
    qint64 written() const override { return m_file.written(); }
    [[nodiscard]] Result<void> commit() { return m_file.commit(); }
    [[nodiscard]] bool isStandardOutput() const { return m_file.isStandardOutput(); }

private:
    OutputFile m_file;
};

} // namespace condaoci::http
