// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "ui/registries/registrytree.h"

#include "core/conda/packagearchive.h"

#include <QWidget>

class QLabel;
class QListWidget;
class QPlainTextEdit;
class QTableWidget;
class QTabWidget;

namespace condaoci::ui {

class ElidedLabel;

/// One package of a mirror: its manifest's layers, its index.json, and the files of its info/, all without the package
/// being downloaded.
class Inspector final : public QWidget
{
    Q_OBJECT

public:
    explicit Inspector(Workspace& workspace, QWidget* parent = nullptr);

    void show(const RegistryTree::Place& place); ///< of level Build; anything else: nothing chosen
    /// In which the package that is shown is there, .conda first; empty until it has been read.
    [[nodiscard]] const std::vector<conda::Format>& formats() const { return m_formats; }

private:
    struct Package;
    void fill(const Package& package);
    void showMember(int row);

    Workspace& m_workspace;
    quint64 m_asked = 0; ///< the newest question; answers to older ones are dropped
    std::vector<conda::InfoMember> m_members;
    std::vector<conda::Format> m_formats;
    ElidedLabel* m_title;
    QLabel* m_state;
    QTabWidget* m_tabs;
    QTableWidget* m_index;
    QListWidget* m_files;
    QPlainTextEdit* m_preview;
    QTableWidget* m_layers;
};

} // namespace condaoci::ui
