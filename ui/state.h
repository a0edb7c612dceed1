// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/filewriter.h"

#include <QTimer>

class QHeaderView;
class QSplitter;

namespace condaoci::ui {

/// What the window remembers: one JSON object in one file, written in the background a second after the last change,
/// and when the object goes. Holds no secret. Lives on the UI thread.
class State : public QObject
{
    Q_OBJECT

public:
    /// A file that is there and can't be read as such an object is set aside under another name, and `problem()` says
    /// so; the state is empty then.
    explicit State(QString path, QObject* parent = nullptr);
    ~State() override;

    [[nodiscard]] const QString& problem() const { return m_problem; }
    [[nodiscard]] QJsonValue value(const QString& key) const { return m_values.value(key); }
    void set(const QString& key, const QJsonValue& value);
    /// Writes now what is not written yet. Error kind Disk.
    [[nodiscard]] Result<void> flush();

    [[nodiscard]] QByteArray bytes(const QString& key) const; ///< a value that setBytes() set (geometry, columns)
    void setBytes(const QString& key, const QByteArray& bytes);
    /// Gives a table or tree the columns that it had last time, and remembers what becomes of them.
    void remember(QHeaderView* header, const QString& key);
    /// The same for what a splitter divides.
    void remember(QSplitter* splitter, const QString& key);

Q_SIGNALS:
    void notWritten(const QString& message);

private:
    QString m_path;
    QString m_problem;
    QJsonObject m_values;
    QTimer m_timer;
    FileWriter m_writer;
};

/// Reads a JSON object from a file. Where it can't be read as one, it is set aside as FILE.damaged-TIME and `problem`
/// says so in a sentence for people; an absent file is an empty object.
[[nodiscard]] QJsonObject readStateFile(const QString& path, QString* problem);

} // namespace condaoci::ui
