// SPDX-FileCopyrightText: The Conda OCI Mirror authors
// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "core/base/error.h"

#include <utility>
#include <variant>

namespace condaoci {

/// A value or an Error. The member names are those of std::expected (C++23), so that the day the compilers of our
/// floor have it this file becomes one alias. Asking for the half that is not there is a programming error (asserted).
template<typename T>
class [[nodiscard]] Result
{
public:
    using value_type = T;

    template<typename U = T>
    requires(std::is_constructible_v<T, U&&> && !std::is_same_v<std::remove_cvref_t<U>, Error> &&
             !std::is_same_v<std::remove_cvref_t<U>, Result>) Result(U&& value)
        : m_state(std::in_place_index<0>, std::forward<U>(value)) // NOLINT: implicit on purpose
    {
    }
    Result(Error error)
        : m_state(std::in_place_index<1>, std::move(error))
    {
    } // NOLINT: implicit on purpose

    [[nodiscard]] bool has_value() const { return m_state.index() == 0; }
    explicit operator bool() const { return has_value(); }

    [[nodiscard]] T& value() & { return checked<0>(m_state); }
    [[nodiscard]] const T& value() const& { return checked<0>(m_state); }
    [[nodiscard]] T&& value() && { return std::move(checked<0>(m_state)); }
    [[nodiscard]] Error& error() & { return checked<1>(m_state); }
    [[nodiscard]] const Error& error() const& { return checked<1>(m_state); }
    [[nodiscard]] Error&& error() && { return std::move(checked<1>(m_state)); }

    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

    template<typename U>
    [[nodiscard]] T value_or(U&& other) const&
    {
        return has_value() ? value() : static_cast<T>(std::forward<U>(other));
    }

private:
    template<std::size_t I, typename V>
    static auto& checked(V& state)
    {
        auto* held = std::get_if<I>(&state);
        Q_ASSERT_X(held, "Result", "the half that is not there was asked for");
        return *held;
    }

    std::variant<T, Error> m_state;
};

template<>
class [[nodiscard]] Result<void>
{
public:
    using value_type = void;

    Result() = default;
    Result(Error error)
        : m_error(std::move(error))
    {
    } // NOLINT: implicit on purpose

    [[nodiscard]] bool has_value() const { return !m_error.has_value(); }
    explicit operator bool() const { return has_value(); }
    [[nodiscard]] const Error& error() const&
    {
        Q_ASSERT_X(m_error, "Result", "the half that is not there was asked for");
        return *m_error;
    }

private:
    std::optional<Error> m_error;
};

} // namespace condaoci
