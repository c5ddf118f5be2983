using System;
using System.Collections.Generic;

namespace LeanCloud.Storage
{
    /// <summary>A place on earth, in degrees.</summary>
    public class LCGeoPoint
    {
        private const double KilometersPerRadian = 6371.0, MilesPerRadian = 3958.8;

        /// <summary>North of the equator, and east of Greenwich.</summary>
        public LCGeoPoint(double latitude, double longitude)
        {
            Latitude = latitude;
            Longitude = longitude;
        }

        /// <summary>From -90 to 90.</summary>
        public double Latitude { get; private set; }

        /// <summary>From -180 to 180.</summary>
        public double Longitude { get; private set; }

        /// <summary>How far it is to another place.</summary>
        public double KilometersTo(LCGeoPoint point)
        {
            return RadiansTo(point) * KilometersPerRadian;
        }

        /// <summary>How far it is to another place.</summary>
        public double MilesTo(LCGeoPoint point)
        {
            return RadiansTo(point) * MilesPerRadian;
        }

        /// <summary>The angle between this and another place, seen from the centre of the earth.</summary>
        public double RadiansTo(LCGeoPoint point)
        {
            if (point == null)
            {
                throw new ArgumentNullException("point");
            }
            double north = Radians(Latitude), otherNorth = Radians(point.Latitude);
            double up = Math.Sin((north - otherNorth) / 2);
            double along = Math.Sin(Radians(Longitude - point.Longitude) / 2);
            double half = up * up + Math.Cos(north) * Math.Cos(otherNorth) * along * along;
            return 2 * Math.Asin(Math.Sqrt(Math.Min(1, half)));
        }

        internal Dictionary<string, object> Encode()
        {
            return new Dictionary<string, object>
            {
                { "__type", "GeoPoint" }, { "latitude", Latitude }, { "longitude", Longitude }
            };
        }

        private static double Radians(double degrees)
        {
            return degrees * Math.PI / 180;
        }
    }
}
