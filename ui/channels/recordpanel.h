// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/conda/repodata.h"

#include <QWidget>

class QAction;
class QLabel;
class QListWidget;
class QToolButton;

namespace condaoci::ui {

class ElidedLabel;

/// One record of a channel: what its index says of it, and what it depends on, as links.
class RecordPanel final : public QWidget
{
    Q_OBJECT

public:
    /// \param lookInside  the action behind the panel's button
    explicit RecordPanel(QAction* lookInside, QWidget* parent = nullptr);

    void show(const conda::PackageRecord* record, const QString& subdir); ///< null: nothing chosen

Q_SIGNALS:
    void dependencyChosen(const QString& specification);

private:
    ElidedLabel* m_title;
    QLabel* m_fields;
    ElidedLabel* m_sha256;
    QLabel* m_dependsTitle;
    QListWidget* m_depends;
    QToolButton* m_look;
};

} // namespace condaoci::ui
