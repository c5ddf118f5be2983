package android.webkit;

/** Stub. */
public class WebSettings {
    public boolean allowsFiles = true;

    public void setJavaScriptEnabled(boolean value) {
    }

    public void setDomStorageEnabled(boolean value) {
    }

    public void setAllowFileAccess(boolean value) {
        allowsFiles = value;
    }

    public void setAllowContentAccess(boolean value) {
    }
}
