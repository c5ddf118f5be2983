package android.view;

/** Stub. */
public class ViewGroup extends View {
    public static class LayoutParams {
        public static final int MATCH_PARENT = -1;

        public LayoutParams(int width, int height) {
        }
    }
}
