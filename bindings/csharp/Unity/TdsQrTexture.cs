using System;
using UnityEngine;

namespace TdsAuth.Unity
{
    /// <summary>Draws QR codes.</summary>
    public static class TdsQrTexture
    {
        /// <summary>
        /// Light modules on each side, without which a phone does not see the code.
        /// </summary>
        public const int Margin = 4;

        /// <summary>
        /// A code as a texture of one pixel for each module, margin included: to be drawn at a
        /// multiple of its size. The caller destroys it.
        /// </summary>
        public static Texture2D Draw(TdsQrCode code)
        {
            if (code == null)
            {
                throw new ArgumentNullException("code");
            }
            int side = code.Side + 2 * Margin;
            var texture = new Texture2D(side, side, TextureFormat.RGBA32, false);
            texture.filterMode = FilterMode.Point;
            texture.wrapMode = TextureWrapMode.Clamp;
            texture.hideFlags = HideFlags.HideAndDontSave;
            var pixels = new Color32[side * side];
            var dark = new Color32(0, 0, 0, 255);
            var light = new Color32(255, 255, 255, 255);
            for (int y = 0; y < side; y++)
            {
                for (int x = 0; x < side; x++)
                {
                    // Rows of a texture begin at the bottom, those of a code at the top.
                    bool isDark = code[x - Margin, side - 1 - y - Margin];
                    pixels[y * side + x] = isDark ? dark : light;
                }
            }
            texture.SetPixels32(pixels);
            texture.Apply(false, true);
            return texture;
        }
    }
}
