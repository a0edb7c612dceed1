// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QObject>

namespace condaoci::app {

/// The files that macOS asks the running application to open: Finder sends events where other desktops give arguments.
class OpenedFiles : public QObject
{
    Q_OBJECT

public:
    /// Watches the application for as long as it lives.
    explicit OpenedFiles(QObject* parent = nullptr);

Q_SIGNALS:
    void opened(const QString& file); ///< absolute path

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
};

} // namespace condaoci::app
