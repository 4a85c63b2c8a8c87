#!/usr/bin/env bash
# A real WordPress with MariaDB, on loopback, from the distribution's packages. Nothing is installed: the packages are
# unpacked beneath a cache folder, and all that is written stays in DIR.
#
#   wordpress.sh start DIR PORT    answers when the site is up; users and their passwords are then in DIR/users
#   wordpress.sh stop DIR
#
# KOHOCTL_WORDPRESS_CACHE names the cache folder. Exit code 77: the packages cannot be had here.
set -euo pipefail

PACKAGES=(wordpress wordpress-theme-twentytwentythree mariadb-server php-cli php-mysql php-xml php-mbstring php-gd)
WITHOUT='^(apache2|libapache2|libaprutil)' # WordPress asks for a web server; PHP's own will do
EXTENSIONS=(ctype mysqlnd mysqli tokenizer dom xml simplexml xmlreader mbstring exif fileinfo iconv posix gd)
ROLES='["editor", "author", "contributor"]'

main() {
  local command=${1:?start or stop}
  mkdir -p "${2:?DIR}"
  DIR=$(readlink -f "$2")
  case $command in
    start) start "${3:?PORT}" ;;
    stop) stop ;;
    *) echo "no such command: $command" >&2; exit 2 ;;
  esac
}

start() {
  command -v apt-get >/dev/null || unavailable "there is no apt-get"
  CACHE=${KOHOCTL_WORDPRESS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kohoctl/wordpress}
  mkdir -p "$CACHE/debs"
  exec 9>"$CACHE/lock"
  flock 9
  unpack
  flock -u 9
  export LD_LIBRARY_PATH PATH=$ROOT/usr/bin:$ROOT/usr/sbin:$PATH
  LD_LIBRARY_PATH=$(echo "$ROOT"/usr/lib/*-linux-gnu | tr ' ' ':')
  trap 'stop' ERR
  start_database
  copy_site "$1"
  install_site "$1"
  start_php "$1"
}

stop() {
  local name
  for name in php database; do
    [ -s "$DIR/$name.pid" ] || continue
    kill -- "-$(cat "$DIR/$name.pid")" 2>/dev/null || true
    rm -f "$DIR/$name.pid"
  done
}

unavailable() {
  echo "WordPress cannot be started: $1" >&2
  exit 77
}

# The packages that this system lacks, as file names. (apt does not name what its own cache holds: so, an empty one.)
missing() {
  mkdir -p "$CACHE/empty/partial"
  apt-get install -qq -y --no-install-recommends --print-uris -o Dir::Cache::archives="$CACHE/empty" "${PACKAGES[@]}" |
    awk '{print $2}' | grep -vE "$WITHOUT"
}

# Sets ROOT to a folder with the packages' contents.
unpack() {
  local names name fresh
  if ! names=$(missing 2>/dev/null); then
    apt-get update -qq >/dev/null 2>&1 || true
    names=$(missing 2>"$CACHE/error") || unavailable "$(tail -n 1 "$CACHE/error")"
  fi
  ROOT=$CACHE/$(echo "$names" | sha256sum | cut -c 1-16)
  [ -e "$ROOT" ] && return
  fresh=$ROOT.new
  rm -rf "$fresh"
  mkdir -p "$fresh"
  for name in $names; do
    [ -e "$CACHE/debs/$name" ] || download "${name%%_*}"
    dpkg-deb -x "$CACHE/debs/$name" "$fresh"
  done
  for name in "$fresh"/usr/bin/php[0-9]*; do # an installation would make this link
    if [ -e "$name" ]; then ln -sfn "$(basename "$name")" "$fresh/usr/bin/php"; fi
  done
  mv "$fresh" "$ROOT"
}

download() {
  (cd "$CACHE/debs" && apt-get download -qq "$1" >/dev/null 2>"$CACHE/error") ||
    unavailable "$1 cannot be downloaded: $(tail -n 1 "$CACHE/error")"
}

# The unpacked path of a file that may be the system's own.
locate_file() { if [ -e "$ROOT$1" ]; then echo "$ROOT$1"; else echo "$1"; fi; }

start_database() {
  mariadb-install-db --no-defaults --user="$(id -un)" --basedir="$(dirname "$(dirname "$(command -v mariadbd)")")" \
    --datadir="$DIR/database" --auth-root-authentication-method=normal --skip-test-db >"$DIR/database.log" 2>&1
  in_background database mariadbd --no-defaults --user="$(id -un)" --datadir="$DIR/database" \
    --socket="$DIR/database.sock" --skip-networking --pid-file="$DIR/mariadbd.pid" \
    --lc-messages-dir="$(locate_file /usr/share/mysql)" --innodb-flush-log-at-trx-commit=0
  wait_for "the database" mariadb-admin --no-defaults -S "$DIR/database.sock" -uroot ping
  mariadb --no-defaults -S "$DIR/database.sock" -uroot -e "
    create database wordpress character set utf8mb4;
    create user wordpress@localhost identified by 'wordpress';
    grant all on wordpress.* to wordpress@localhost"
}

copy_site() {
  local link target
  cp -a "$(locate_file /usr/share/wordpress)" "$DIR/site"
  rm -f "$DIR/site/wp-config.php" "$DIR/site/.htaccess"
  find "$DIR/site" -type l | while read -r link; do # into packages' folders, which are elsewhere here
    target=$(readlink "$ROOT/usr/share/wordpress/${link#"$DIR"/site/}" || readlink "$link")
    case $target in /*) ;; *) target=$(realpath -ms "/usr/share/wordpress/$(dirname "${link#"$DIR"/site/}")/$target") ;; esac
    ln -sfn "$(locate_file "$target")" "$link"
  done
  mkdir -p "$DIR/site/wp-content/uploads"
  cat >"$DIR/site/wp-config.php" <<PHP
<?php
define('DB_NAME', 'wordpress'); define('DB_USER', 'wordpress'); define('DB_PASSWORD', 'wordpress');
define('DB_HOST', 'localhost:$DIR/database.sock'); define('DB_CHARSET', 'utf8mb4'); define('DB_COLLATE', '');
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY',
          'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as \$key) define(\$key, "test \$key");
\$table_prefix = 'wp_';
define('WP_ENVIRONMENT_TYPE', 'local'); // application passwords without https
define('WP_HTTP_BLOCK_EXTERNAL', true); define('DISABLE_WP_CRON', true); define('AUTOMATIC_UPDATER_DISABLED', true);
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
PHP
}

install_site() {
  local folder extension
  folder=$(php -n -r 'echo ini_get("extension_dir");')
  for extension in "${EXTENSIONS[@]}"; do
    if [ -e "$(locate_file "$folder/$extension.so")" ]; then
      echo "extension=$(locate_file "$folder/$extension.so")"
    fi
  done >"$DIR/php.ini"
  cat >"$DIR/install.php" <<PHP
<?php
define('WP_INSTALLING', true);
\$_SERVER += ['HTTP_HOST' => '127.0.0.1:$1', 'REQUEST_URI' => '/', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require '$DIR/site/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
add_filter('pre_wp_mail', '__return_true');
wp_install('kohoctl', 'admin', 'admin@wordpress.example', true, '', 'admin');
update_option('siteurl', 'http://127.0.0.1:$1');
update_option('home', 'http://127.0.0.1:$1');
update_option('timezone_string', 'Asia/Tokyo');
update_option('permalink_structure', '/%postname%/');
\$users = [];
foreach ($ROLES as \$role) {
  \$id = wp_insert_user(['user_login' => \$role, 'user_pass' => 'x', 'user_email' => "\$role@wordpress.example", 'role' => \$role]);
  list(\$users[\$role]) = WP_Application_Passwords::create_new_application_password(\$id, ['name' => 'kohoctl']);
}
file_put_contents('$DIR/users', json_encode(\$users));
PHP
  php -n -c "$DIR/php.ini" "$DIR/install.php" >"$DIR/install.log" 2>&1
}

start_php() {
  PHP_CLI_SERVER_WORKERS=4 in_background php php -n -c "$DIR/php.ini" -S "127.0.0.1:$1" -t "$DIR/site"
  wait_for "WordPress" answers "$1"
}

answers() {
  exec 3<>"/dev/tcp/127.0.0.1/$1" || return 1
  printf 'GET /wp-json/ HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$1" >&3
  head -n 1 <&3 | grep -q ' 200 '
}

# in_background NAME COMMAND…: in a process group of its own, with NAME.pid and NAME.log.
in_background() {
  local name=$1
  shift
  setsid "$@" >>"$DIR/$name.log" 2>&1 </dev/null 9>&- &
  echo $! >"$DIR/$name.pid"
}

wait_for() {
  local what=$1
  shift
  for _ in $(seq 240); do
    if ("$@") >/dev/null 2>&1; then return; fi
    sleep 0.25
  done
  echo "$what did not start; see the logs in $DIR" >&2
  stop
  exit 1
}

main "$@"
