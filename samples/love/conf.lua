-- `--headless`: for machines without a screen, such as those that run tests.
function love.conf(t)
  t.identity = "tdsauth-sample"
  t.window.title = "tdsauth"
  for _, word in ipairs(arg) do
    if word == "--headless" then
      t.modules.window, t.modules.graphics, t.modules.audio = false, false, false
    end
  end
end
