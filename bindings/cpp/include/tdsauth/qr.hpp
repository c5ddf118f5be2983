// QR codes: the squares that a camera reads, for any engine to draw.
#ifndef TDSAUTH_QR_HPP
#define TDSAUTH_QR_HPP

#include <tdsauth/result.hpp>
#include <vector>

namespace tdsauth {
inline namespace v1 {

/// A QR code. Draw it dark on light, with a margin of four squares around it.
class QrCode {
 public:
  /// No code: no side.
  QrCode() = default;
  /// Takes what tdsauth_qr_encode wrote: `side` rows of `side` squares.
  QrCode(std::uint32_t side, std::vector<std::uint8_t> modules)
      : side_(side), modules_(std::move(modules)) {}

  /// How many squares a row and a column have.
  std::uint32_t side() const noexcept { return side_; }
  /// The square at column `x` and row `y`, from the top left corner; light outside of the code.
  bool dark(std::uint32_t x, std::uint32_t y) const noexcept {
    return x < side_ && y < side_ && modules_[std::size_t{y} * side_ + x] != 0;
  }
  /// All squares, row by row; 1 is dark.
  const std::vector<std::uint8_t>& modules() const noexcept { return modules_; }

 private:
  std::uint32_t side_ = 0;
  std::vector<std::uint8_t> modules_{};
};

/// The QR code of a text of at most 2331 bytes (error correction M).
inline Result<QrCode> qr_encode(std::string_view text) {
  std::vector<std::uint8_t> modules;
  for (;;) {
    std::size_t needed = 0;
    std::uint32_t side = 0;
    tdsauth_error failure = detail::zeroed<tdsauth_error>();
    const std::int32_t status_code =
        tdsauth_qr_encode(detail::present(text), text.size(), modules.data(), modules.size(),
                          &needed, &side, &failure);
    if (status_code == TDSAUTH_OK) return QrCode(side, std::move(modules));
    if (status_code != TDSAUTH_ERR_BUFFER_TOO_SMALL || needed <= modules.size()) {
      return Error::of(failure);
    }
    modules.resize(needed);
  }
}

}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_QR_HPP
