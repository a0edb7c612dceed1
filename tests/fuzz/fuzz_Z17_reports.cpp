// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
// Z17: what is written of hostile names and messages can be read again. A report is JSON that says after reading what
// it was told, and a line of a log or terminal is one line, also when it is made a line again. Input: a file's name, a
// sum, then the message.
#include "core/base/text.h"
#include "core/mirror/copy/copyreport.h"
#include "tests/fuzz/fuzz.h"

#include <QJsonArray>
#include <QJsonDocument>

using namespace condaoci;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    const QString name = QString::fromUtf8(input.line());
    const QByteArray sum = input.line();
    const QString message = QString::fromUtf8(input.rest());

    const QString line = oneLine(message);
    FUZZ_REQUIRE(fuzz::isFitToShow(line));
    FUZZ_REQUIRE(oneLine(line) == line);

    mirror::CopyReport report;
    report.source = name;
    report.failures.push_back({name, name, Error{ErrorKind::Network, message}, sum});
    report.notes = QStringList{message};
    const QJsonObject written = mirror::toJson(report);
    const QByteArray bytes = QJsonDocument(written).toJson(QJsonDocument::Compact);
    FUZZ_REQUIRE(!bytes.contains('\n') && !bytes.contains('\0') && !bytes.contains('\x1b'));
    QJsonParseError broken;
    const QJsonObject read = QJsonDocument::fromJson(bytes, &broken).object();
    FUZZ_REQUIRE(broken.error == QJsonParseError::NoError);
    const QJsonObject failure = read[QStringLiteral("failures")].toArray().at(0).toObject();
    FUZZ_REQUIRE(read[QStringLiteral("failures")].toArray().size() == 1);
    FUZZ_REQUIRE(failure[QStringLiteral("message")].toString() ==
                 written[QStringLiteral("failures")].toArray().at(0).toObject()[QStringLiteral("message")].toString());
    FUZZ_REQUIRE(failure[QStringLiteral("file")].toString() == name);
    return 0;
}
