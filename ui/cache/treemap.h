// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <QRectF>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace condaoci::ui {

/// Rectangles that fill `area`, each as large as its weight's share, as square as can be (Bruls, Huizing, van Wijk:
/// "Squarified Treemaps"). \param weights  above zero, descending
[[nodiscard]] std::vector<QRectF> squarify(const std::vector<double>& weights, const QRectF& area);

/// Shows what takes the space: one tile for each part, as large as its bytes. Click, or arrow keys and Enter, opens a
/// part; Backspace goes back up.
class Treemap final : public QWidget
{
    Q_OBJECT

public:
    struct Part
    {
        QString name;
        qint64 bytes = 0;
        qint64 files = 0;
        qint64 others = 0; ///< not one part but so many together
    };

    explicit Treemap(QWidget* parent = nullptr);

    /// The largest first, and those that would be too small to see together as one. For the background.
    [[nodiscard]] static std::vector<Part> arranged(std::vector<Part> parts);
    void setParts(const QString& title, std::vector<Part> parts); ///< as arranged() gives them
    [[nodiscard]] QSize sizeHint() const override { return {320, 240}; }

Q_SIGNALS:
    void opened(const QString& name);
    void upWanted();

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void layOut();
    void focusTile(int tile);
    [[nodiscard]] int tileAt(const QPointF& position) const;
    void openTile(int tile);
    [[nodiscard]] QString nameOf(int tile) const;
    [[nodiscard]] QString sizeOf(int tile) const;
    [[nodiscard]] QString describe(int tile) const;

    QString m_title;
    std::vector<Part> m_parts; ///< the largest first
    std::vector<QRectF> m_tiles;
    int m_focused = 0;
};

} // namespace condaoci::ui
