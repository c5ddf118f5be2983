package android.webkit;

import android.net.Uri;

/** Stub. */
public interface WebResourceRequest {
    Uri getUrl();
}
