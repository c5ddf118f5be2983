namespace UnityEngine
{
    public struct Vector2
    {
        public float x;
        public float y;

        public Vector2(float x, float y)
        {
            this.x = x;
            this.y = y;
        }
    }

    public struct Vector3
    {
        public float x;
        public float y;
        public float z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
            : this()
        {
            this.x = x;
            this.y = y;
            this.width = width;
            this.height = height;
        }

        public float x { get; set; }

        public float y { get; set; }

        public float width { get; set; }

        public float height { get; set; }
    }

    public struct Color
    {
        public float r;
        public float g;
        public float b;
        public float a;

        public Color(float r, float g, float b)
            : this(r, g, b, 1)
        {
        }

        public Color(float r, float g, float b, float a)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            this.a = a;
        }

        public static Color white
        {
            get { return new Color(1, 1, 1); }
        }
    }

    public struct Color32
    {
        public byte r;
        public byte g;
        public byte b;
        public byte a;

        public Color32(byte r, byte g, byte b, byte a)
        {
            this.r = r;
            this.g = g;
            this.b = b;
            this.a = a;
        }
    }

    public enum FilterMode
    {
        Point,
        Bilinear
    }

    public enum TextureWrapMode
    {
        Repeat,
        Clamp
    }

    public enum TextureFormat
    {
        RGBA32 = 4
    }

    public enum ScaleMode
    {
        StretchToFill,
        ScaleAndCrop,
        ScaleToFit
    }

    public class Texture : Object
    {
        public int width { get; protected set; }

        public int height { get; protected set; }

        public FilterMode filterMode { get; set; }

        public TextureWrapMode wrapMode { get; set; }
    }

    public sealed class Texture2D : Texture
    {
        public Texture2D(int width, int height)
            : this(width, height, TextureFormat.RGBA32, true)
        {
        }

        public Texture2D(int width, int height, TextureFormat format, bool mipChain)
        {
            this.width = width;
            this.height = height;
        }

        /// <summary>From the bottom row up, as Unity has them.</summary>
        public Color32[] StubPixels { get; private set; }

        public bool StubIsUploaded { get; private set; }

        public void SetPixels32(Color32[] colors)
        {
            StubPixels = colors;
        }

        public void Apply(bool updateMipmaps, bool makeNoLongerReadable)
        {
            StubIsUploaded = true;
        }
    }

    public sealed class GUIStyle
    {
        public GUIStyle(GUIStyle other)
        {
        }

        internal GUIStyle()
        {
        }

        public int fontSize { get; set; }

        public TextAnchor alignment { get; set; }

        public bool wordWrap { get; set; }
    }

    public enum TextAnchor
    {
        UpperLeft,
        MiddleCenter = 4
    }

    public sealed class GUISkin : Object
    {
        public GUIStyle label = new GUIStyle();
        public GUIStyle button = new GUIStyle();
        public GUIStyle box = new GUIStyle();
    }

    public sealed class GUIContent
    {
        public GUIContent(string text, Texture image)
        {
            this.text = text;
            this.image = image;
        }

        public string text { get; private set; }

        public Texture image { get; private set; }
    }

    public sealed class GUILayoutOption
    {
    }

    public static class GUI
    {
        private static readonly GUISkin DefaultSkin = new GUISkin();

        static GUI()
        {
            enabled = true;
        }

        public static GUISkin skin
        {
            get { return DefaultSkin; }
        }

        public static int depth { get; set; }

        public static bool enabled { get; set; }

        public static Color color { get; set; }

        public static void Box(Rect place, string text)
        {
        }

        public static void DrawTexture(Rect place, Texture image)
        {
            StubPlayer.Draw(image);
        }

        public static void DrawTexture(Rect place, Texture image, ScaleMode mode)
        {
            StubPlayer.Draw(image);
        }
    }

    public static class GUILayout
    {
        public static void BeginArea(Rect area)
        {
        }

        public static void EndArea()
        {
        }

        public static void BeginHorizontal(params GUILayoutOption[] options)
        {
        }

        public static void EndHorizontal()
        {
        }

        public static void FlexibleSpace()
        {
        }

        public static void Space(float pixels)
        {
        }

        public static GUILayoutOption Width(float pixels)
        {
            return null;
        }

        public static GUILayoutOption Height(float pixels)
        {
            return null;
        }

        public static void Label(string text, params GUILayoutOption[] options)
        {
            StubPlayer.Say(text);
        }

        public static void Label(string text, GUIStyle style, params GUILayoutOption[] options)
        {
            StubPlayer.Say(text);
        }

        public static void Label(Texture image, params GUILayoutOption[] options)
        {
            StubPlayer.Draw(image);
        }

        public static bool Button(string text, params GUILayoutOption[] options)
        {
            return StubPlayer.Offer(text);
        }

        public static bool Button(GUIContent content, params GUILayoutOption[] options)
        {
            StubPlayer.Draw(content.image);
            return StubPlayer.Offer(content.text);
        }

        public static string TextField(string text, int maxLength, params GUILayoutOption[] options)
        {
            return StubPlayer.Type(text, maxLength);
        }
    }

    public static class GUILayoutUtility
    {
        public static Rect GetRect(float width, float height)
        {
            return new Rect(0, 0, width, height);
        }
    }
}
