#include "words.hpp"

#include <tdsauth.h>

namespace {

const Words english = {
    "Starfall Harbour",
    "Play as guest",
    "Log in with TapTap",
    "LOGO",
    "One moment …",
    "Scan this code with the TapTap app",
    "or open",
    "and type in",
    "Good for",
    "Scanned. Please confirm on your phone.",
    "This code has expired.",
    "New code",
    "Use the browser instead",
    "Please confirm on the page in your browser.",
    "Cancel",
    "On this device only",
    "TapTap player",
    "Guest",
    "Account",
    "Link to TapTap",
    "This TapTap account has a player already.",
    "Log in to that one instead? What you played as a guest stays with the guest.",
    "Log in to that player",
    "Another TapTap account",
    "Stay a guest",
    "Log out",
    "The login was refused.",
    "Nobody confirmed the login in time.",
    "The server cannot be reached. Please try again.",
    "Your login has ended. Please log in again.",
    "This did not work",
};

const Words chinese = {
    "星落港",
    "游客登录",
    "使用 TapTap 登录",
    "LOGO",
    "请稍候……",
    "请使用 TapTap 客户端扫描二维码",
    "或打开",
    "并输入",
    "剩余时间",
    "已扫码，请在手机上确认登录。",
    "二维码已过期。",
    "刷新二维码",
    "改用浏览器登录",
    "请在浏览器页面中确认登录。",
    "取消",
    "仅限本设备",
    "TapTap 玩家",
    "游客",
    "账号",
    "绑定 TapTap",
    "该 TapTap 账号已关联其他游戏账号。",
    "要改为登录那个账号吗？游客的进度仍保留在游客账号中。",
    "登录那个账号",
    "换一个 TapTap 账号",
    "继续以游客身份游玩",
    "退出登录",
    "登录请求被拒绝。",
    "登录未在规定时间内确认。",
    "无法连接服务器，请重试。",
    "登录已失效，请重新登录。",
    "操作失败",
};

}  // namespace

const Words& words(bool in_chinese) { return in_chinese ? chinese : english; }

std::string words_for(const Words& words, std::int32_t status) {
  switch (status) {
    case TDSAUTH_OK:
    case TDSAUTH_ERR_CANCELLED:
      return {};
    case TDSAUTH_ERR_TAPTAP_DENIED:
      return words.denied;
    case TDSAUTH_ERR_TAPTAP_EXPIRED:
    case TDSAUTH_ERR_TIMED_OUT:
      return words.timed_out;
    case TDSAUTH_ERR_NETWORK:
      return words.no_network;
    case TDSAUTH_ERR_SESSION_OVER:
    case TDSAUTH_ERR_TAPTAP_SESSION_OVER:
      return words.session_over;
    default:
      return std::string(words.failed) + ": " + tdsauth_status_name(status);
  }
}
