// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#include "ui/transfers/finishedfiles.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace condaoci::ui {

namespace {

/// By FileOutcome::State.
constexpr std::array<std::string_view, 6> stateNames{"waiting", "running", "copied", "there", "failed", "cancelled"};

void addLine(QByteArray& lines, const Transfer::File& file, qint64 size, QStringView subdir, QStringView fileName,
             const QString& error)
{
    const std::string_view state = stateNames[static_cast<size_t>(file.state)];
    lines.append(state.data(), static_cast<qsizetype>(state.size()));
    for (const qint64 number : {qint64(file.attempts), size})
        lines += '\t' + QByteArray::number(number);
    for (const QStringView text :
         {subdir, fileName, QStringView(error)}) // which leaves no tab and no end of line in it
        lines += '\t' + oneLine(text).toUtf8();
    lines += '\n';
}

std::string_view cut(std::string_view& rest)
{
    const size_t end = std::min(rest.find('\t'), rest.size());
    const std::string_view part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

template<typename Number>
bool take(std::string_view text, Number& number)
{
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

} // namespace

QByteArray finishedLines(const mirror::CopyReport& report, const std::vector<Transfer::File>& files,
                         const QHash<quint32, QString>& errors)
{
    QByteArray lines;
    std::set<std::pair<QString, QString>> named;
    if (report.plan) {
        report.plan->forEachToCopy([&](quint32 number) {
            const mirror::PlannedFile& file = report.plan->files[number];
            const QString& subdir = report.plan->subdirOf(file);
            const QString fileName = text(file.record->fileName);
            if (files[number].state == mirror::FileOutcome::State::Failed)
                named.insert({subdir, fileName});
            addLine(lines, files[number], file.record->size, subdir, fileName, errors.value(number));
        });
    }
    for (const mirror::Failure& failure : report.failures) {
        if (!named.contains({failure.subdir, failure.fileName}))
            addLine(lines, {mirror::FileOutcome::State::Failed}, -1, failure.subdir, failure.fileName,
                    failure.error.message);
    }
    return lines;
}

QByteArray finishedLines(const std::vector<Transfer::Failed>& failures)
{
    QByteArray lines;
    for (const Transfer::Failed& failed : failures)
        addLine(lines, {mirror::FileOutcome::State::Failed}, -1, failed.subdir, failed.fileName, failed.message);
    return lines;
}

std::shared_ptr<const FinishedFiles> readFinishedFiles(QByteArray text)
{
    auto read = std::make_shared<FinishedFiles>();
    read->text = std::move(text);
    std::string_view rest(read->text.constData(), static_cast<size_t>(read->text.size()));
    while (!rest.empty()) {
        const size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const auto state = std::find(stateNames.begin(), stateNames.end(), cut(line));
        FinishedFiles::File file{};
        const bool hasNumbers = take(cut(line), file.attempts) && take(cut(line), file.size);
        file.subdir = cut(line);
        file.fileName = cut(line);
        file.error = line;
        if (state == stateNames.end() || !hasNumbers || file.fileName.empty())
            continue;
        file.state = static_cast<mirror::FileOutcome::State>(state - stateNames.begin());
        read->files.push_back(file);
    }
    return read;
}

} // namespace condaoci::ui
