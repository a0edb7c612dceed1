// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Runs a fuzz target over a folder of inputs, each whole and cut short at several places, with any compiler.
#include "tests/fuzz/fuzz.h"

#include <QDir>
#include <QFile>

#include <cstring>
#include <vector>

namespace {

constexpr qsizetype cuts = 32;

/// In memory of its own, so that a sanitizer sees a read past the end.
void run(const QByteArray& input, qsizetype size)
{
    std::vector<std::uint8_t> copy(static_cast<std::size_t>(size));
    if (size > 0)
        std::memcpy(copy.data(), input.constData(), copy.size());
    LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    const QDir folder(QString::fromLocal8Bit(argv[1]));
    const QStringList names = folder.entryList(QDir::Files, QDir::Name);
    for (const QString& name : names) {
        QFile file(folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly)) {
            std::fprintf(stderr, "can't read %s\n", qPrintable(file.fileName()));
            return 1;
        }
        const QByteArray input = file.readAll();
        std::fprintf(stderr, "%s, %lld bytes\n", qPrintable(name), static_cast<long long>(input.size()));
        for (qsizetype cut = 0; cut < cuts; ++cut)
            run(input, input.size() * cut / cuts);
        run(input, input.size());
    }
    // A corpus that is not there would pass as well.
    return names.isEmpty() ? 1 : 0;
}
