// A place on the earth.
#ifndef TDSAUTH_GEO_POINT_HPP
#define TDSAUTH_GEO_POINT_HPP

#include <cmath>
#include <cstdio>
#include <string>

namespace tdsauth {
inline namespace v1 {

/// A place by its latitude (-90 to 90) and longitude (-180 to 180), in degrees.
struct GeoPoint {
  /// Degrees, -90 to 90.
  double latitude = 0;
  /// Degrees, -180 to 180.
  double longitude = 0;

  /// The angle between two places, seen from the centre of the earth.
  double radians_to(const GeoPoint& other) const {
    const double degree = 3.14159265358979323846 / 180;
    const double across = std::sin((latitude - other.latitude) * degree / 2);
    const double along = std::sin((longitude - other.longitude) * degree / 2);
    const double share = across * across + std::cos(latitude * degree) *
                                               std::cos(other.latitude * degree) * along * along;
    return 2 * std::asin(std::sqrt(share < 1 ? share : 1));
  }
  /// The way between two places over the ground.
  double kilometers_to(const GeoPoint& other) const { return radians_to(other) * 6371.0; }
  /// The same in miles.
  double miles_to(const GeoPoint& other) const { return radians_to(other) * 3958.8; }

  /// As the account server writes it.
  std::string json() const {
    return "{\"__type\":\"GeoPoint\",\"latitude\":" + number(latitude) +
           ",\"longitude\":" + number(longitude) + "}";
  }

 private:
  static std::string number(double value) {
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", value);
    // The program's locale may write a comma.
    for (char* at = text; *at != 0; ++at) {
      if (*at == ',') *at = '.';
    }
    return text;
  }
};

}  // namespace v1
}  // namespace tdsauth

#endif  // TDSAUTH_GEO_POINT_HPP
