/* SPDX-License-Identifier: MIT */
/*
 * The table of services in use: a sample of what it must say, which stands here, and what holds for
 * each of its rows, by itself and against the registry.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/support.h"
#include "tools/shared/memory.h"

/* "port/protocol[,protocol] name", and a word of its English, Portuguese and Chinese, or "-". */
static const char *const facts[] = {
    "7/tcp,udp echo returns devolve 回显",
    "9/tcp,udp discard throws Descarte 丢弃",
    "13/tcp,udp daytime Date Data 日期",
    "19/tcp,udp chargen generator Gerador 字符生成器",
    "20/tcp ftp-data FTP FTP FTP",
    "21/tcp ftp control Controle 控制连接",
    "22/tcp ssh shell Shell 安全外壳",
    "23/tcp telnet login Terminal 终端登录",
    "25/tcp smtp Mail e-mails 邮件",
    "37/tcp,udp time seconds segundos 秒",
    "43/tcp nicname Whois whois whois",
    "49/tcp tacacs TACACS+ TACACS+ TACACS+",
    "53/tcp,udp domain DNS DNS DNS",
    "67/udp bootps DHCP DHCP DHCP",
    "68/udp bootpc client Cliente 客户端",
    "69/udp tftp file arquivos 文件",
    "70/tcp gopher Gopher Gopher Gopher",
    "79/tcp finger users usuários 用户",
    "80/tcp http Web Web 网页",
    "88/tcp,udp kerberos Kerberos chaves 密钥",
    "102/tcp iso-tsap ISO ISO ISO",
    "102/tcp s7comm S7 S7 S7",
    "110/tcp pop3 mail e-mails 收信",
    "111/tcp,udp sunrpc port portas 端口映射",
    "113/tcp auth Ident Ident Ident",
    "119/tcp nntp news Notícias 新闻",
    "123/udp ntp clocks relógios 时钟",
    "135/tcp epmap RPC RPC RPC",
    "137/udp netbios-ns name nomes 名称",
    "138/udp netbios-dgm datagrams Datagramas 数据报",
    "139/tcp netbios-ssn SMB SMB SMB",
    "143/tcp imap access Leitura 读信",
    "161/tcp,udp snmp agents agentes 代理",
    "162/tcp,udp snmptrap traps traps 陷阱",
    "177/udp xdmcp graphical gráfico 图形登录",
    "179/tcp bgp routes Rotas 路由",
    "319/udp ptp-event 1588 1588 1588",
    "320/udp ptp-general 1588 1588 1588",
    "389/tcp ldap directory Diretório 目录",
    "389/udp ldap domain domínio 域控制器",
    "427/tcp,udp svrloc location Localização 定位",
    "443/tcp https TLS TLS TLS",
    "443/udp https QUIC QUIC QUIC",
    "445/tcp microsoft-ds Samba Samba Samba",
    "464/tcp,udp kpasswd password senhas 口令",
    "465/tcp submissions submission Envio 提交",
    "465/tcp urd Cisco Cisco 思科",
    "500/udp isakmp IPsec IPsec IPsec",
    "502/tcp mbap Modbus Modbus Modbus",
    "512/tcp exec rexec rexec rexec",
    "513/tcp login rlogin rlogin rlogin",
    "513/udp who rwhod rwho rwhod",
    "514/tcp shell rsh rsh rsh",
    "514/udp syslog log Registros 日志",
    "515/tcp printer print impress 打印",
    "520/udp router RIP RIP RIP",
    "540/tcp uucp UUCP UUCP UUCP",
    "546/udp dhcpv6-client DHCPv6 Cliente 客户端",
    "547/udp dhcpv6-server IPv6 Servidor 服务器",
    "548/tcp afpovertcp Apple Apple 苹果",
    "554/tcp,udp rtsp cameras câmeras 摄像机",
    "563/tcp nntps news Notícias 新闻",
    "587/tcp submission submission Envio 提交",
    "593/tcp http-rpc-epmap RPC RPC RPC",
    "623/udp asf-rmcp IPMI BMC IPMI",
    "631/tcp ipp printing Impressão 打印",
    "631/tcp ipps TLS TLS TLS",
    "636/tcp ldaps LDAP LDAP LDAP",
    "646/tcp,udp ldp MPLS MPLS MPLS",
    "655/tcp,udp tinc VPN malha VPN",
    "705/tcp agentx SNMP SNMP 子代理",
    "749/tcp kerberos-adm administration administração 管理",
    "783/tcp spamd SpamAssassin SpamAssassin 评分",
    "830/tcp netconf-ssh NETCONF NETCONF NETCONF",
    "853/tcp domain-s DNS TLS DNS",
    "853/udp domain-s QUIC QUIC QUIC",
    "873/tcp rsync rsync rsync rsync",
    "902/tcp vmware-authd ESXi ESXi ESXi",
    "953/tcp rndc BIND BIND BIND",
    "989/tcp ftps-data FTP FTP FTP",
    "990/tcp ftps implicit implícito 隐式",
    "992/tcp telnets Telnet Telnet Telnet",
    "993/tcp imaps IMAP IMAP IMAP",
    "995/tcp pop3s fetching retirada 收信",
    "1025/tcp mailhog-smtp Mail - -",
    "1080/tcp socks proxy Proxy 代理",
    "1099/tcp rmiregistry Java Java Java",
    "1194/tcp,udp openvpn tunnels Túneis 隧道",
    "1313/tcp hugo Hugo - -",
    "1344/tcp icap virus antivírus 病毒",
    "1352/tcp lotusnote Domino Domino Domino",
    "1400/tcp sonos Sonos - -",
    "1414/tcp ibm-mqseries queue filas 队列",
    "1433/tcp ms-sql-s SQL SQL SQL",
    "1434/udp ms-sql-m instance instância 实例",
    "1494/tcp,udp ica Citrix Citrix Citrix",
    "1514/tcp wazuh-agent agents - -",
    "1515/tcp wazuh-enroll enrolment - -",
    "1521/tcp oracle-tns Oracle Oracle Oracle",
    "1645/tcp,udp datametrics RADIUS RADIUS RADIUS",
    "1666/tcp perforce Perforce Perforce Perforce",
    "1700/udp semtech-udp LoRaWAN - -",
    "1701/udp l2tp tunnels Túneis 隧道",
    "1710/tcp qsys-qrc Q-SYS - -",
    "1719/udp h323gatestat gatekeeper gatekeeper 网守",
    "1720/tcp h323hostcall H.323 H.323 H.323",
    "1723/tcp pptp VPN VPN VPN",
    "1812/tcp,udp radius authentication Autenticação 验证",
    "1813/tcp,udp radius-acct accounting Contabilidade 计费",
    "1880/tcp node-red Node-RED Node-RED Node-RED",
    "1882/tcp tts-gw-mqtt LoRaWAN - -",
    "1883/tcp mqtt broker Broker 代理",
    "1884/tcp tts-grpc gRPC - -",
    "1887/tcp tts-lns Basics - -",
    "1900/udp ssdp UPnP UPnP UPnP",
    "1911/tcp niagara-fox Niagara - -",
    "1935/tcp macromedia-fcs video vídeo 视频",
    "1936/tcp mediamtx-rtmps RTMP - -",
    "1962/tcp pcworx Phoenix - -",
    "1972/tcp intersys-cache InterSystems - -",
    "1982/udp yeelight-disc Yeelight - -",
    "1985/udp hsrp routers roteadores 路由器",
    "2000/tcp cisco-sccp phones telefones 电话",
    "2001/udp arma-reforger Reforger - -",
    "2019/tcp caddy-admin Caddy - -",
    "2049/tcp,udp nfs file arquivos 文件",
    "2055/udp netflow routers roteadores 路由器",
    "2082/tcp cpanel cPanel cPanel cPanel",
    "2083/tcp cpanels HTTPS HTTPS HTTPS",
    "2083/tcp radsec RADIUS RADIUS RADIUS",
    "2179/tcp vmrdp Hyper-V - -",
    "2181/tcp zookeeper ZooKeeper ZooKeeper ZooKeeper",
    "2222/tcp vagrant-ssh Vagrant - -",
    "2224/tcp pcsd pcs - -",
    "2368/tcp ghost Ghost - -",
    "2375/tcp docker Docker root root",
    "2376/tcp docker-s Docker Docker Docker",
    "2377/tcp swarm Swarm Swarm Swarm",
    "2379/tcp etcd-client client API API",
    "2380/tcp etcd-server Raft Raft Raft",
    "2401/tcp cvspserver CVS CVS CVS",
    "2404/tcp iec-104 telecontrol Telecontrole 远动",
    "2456/udp valheim Valheim - -",
    "2525/tcp smtp-alt submission Envio 提交",
    "2601/tcp zebra zebra zebra zebra",
    "2604/tcp ospfd OSPF OSPF OSPF",
    "2605/tcp bgpd BGP BGP BGP",
    "2628/tcp dict Dictionary dicionário 词典",
    "2888/tcp zookeeper-peer leader líder 领导者",
    "2947/tcp gpsd GPS GPS GPS",
    "3000/tcp grafana dashboards painéis 仪表板",
    "3000/tcp gitea Git Git Git",
    "3000/tcp rails Rails Rails Rails",
    "3050/tcp gds-db Firebird Firebird Firebird",
    "3100/tcp loki logs registros 日志",
    "3128/tcp squid proxy Proxy 代理",
    "3200/tcp sapdp00 SAP - -",
    "3201/tcp sapdp01 dispatcher - -",
    "3260/tcp iscsi-target disks discos 磁盘",
    "3268/tcp msft-gc catalogue Catálogo 全局编录",
    "3300/tcp ceph Ceph - -",
    "3300/tcp sapgw00 gateway - -",
    "3306/tcp mysql MySQL MySQL MySQL",
    "3310/tcp clamd ClamAV ClamAV ClamAV",
    "3389/tcp,udp ms-wbt-server Remote remota 远程桌面",
    "3443/tcp wow-ra TrinityCore - -",
    "3478/tcp,udp stun STUN STUN STUN",
    "3478/tcp,udp turn relay relé 中继",
    "3493/tcp nut UPS UPS UPS",
    "3551/tcp apcupsd APC - -",
    "3600/tcp sap-msgserver message - -",
    "3632/tcp distcc compiles compila 编译",
    "3690/tcp svn Subversion Subversion Subversion",
    "3702/udp ws-discovery multicast multicast 组播",
    "3799/udp radius-dynauth RADIUS RADIUS RADIUS",
    "3868/sctp diameter Diameter - -",
    "3888/tcp qtum Qtum - -",
    "3979/tcp,udp openttd OpenTTD - -",
    "4000/tcp tidb TiDB - -",
    "4001/udp govee-scan Govee - -",
    "4002/udp iris-license IRIS - -",
    "4040/tcp spark-ui Spark Spark Spark",
    "4140/tcp linkerd-out outbound - -",
    "4143/tcp linkerd-in inbound - -",
    "4190/tcp sieve filter filtros 过滤",
    "4191/tcp linkerd-admin Linkerd - -",
    "4200/tcp angular-cli Angular - -",
    "4222/tcp nats NATS NATS NATS",
    "4239/tcp osmo-stp OsmoSTP - -",
    "4245/tcp hubble-relay Hubble - -",
    "4258/tcp osmo-hlr OsmoHLR - -",
    "4317/tcp opentelemetry OTLP OTLP OTLP",
    "4318/tcp otlp-http HTTP HTTP HTTP",
    "4369/tcp epmd Erlang Erlang Erlang",
    "4433/tcp openssl-server s_server - -",
    "4460/tcp ntske time NTS 时间",
    "4500/udp ipsec-nat-t NAT NAT NAT",
    "4505/tcp salt-publish Salt Salt Salt",
    "4506/tcp salt-request minions minions minion",
    "4646/tcp nomad-http Nomad Nomad Nomad",
    "4789/udp vxlan VXLAN VXLAN VXLAN",
    "4840/tcp opcua-tcp OPC OPC OPC",
    "4848/tcp appserv-http GlassFish - -",
    "4911/tcp niagara-foxs TLS - -",
    "4949/tcp munin Munin Munin Munin",
    "5000/tcp docker-registry image imagens 镜像",
    "5000/tcp flask Flask Flask Flask",
    "5000/tcp synology-dsm Synology Synology Synology",
    "5001/tcp koboldcpp KoboldCpp - -",
    "5005/tcp jdwp Java Java Java",
    "5037/tcp adb Android Android Android",
    "5038/tcp asterisk-ami Asterisk - -",
    "5044/tcp logstash-beats Logstash Logstash Logstash",
    "5060/tcp,udp sip SIP SIP SIP",
    "5061/tcp sips TLS TLS TLS",
    "5121/tcp ro-map rAthena - -",
    "5173/tcp vite Vite Vite Vite",
    "5222/tcp xmpp-client chat Conversas 聊天",
    "5246/udp capwap-control CAPWAP - -",
    "5269/tcp xmpp-server servers servidores 服务器",
    "5308/tcp cfengine CFEngine CFEngine CFEngine",
    "5349/tcp turns TURN - -",
    "5353/udp mdns Multicast multicast 组播",
    "5355/udp llmnr Windows Windows Windows",
    "5432/tcp postgresql PostgreSQL PostgreSQL PostgreSQL",
    "5454/tcp notifiarr Notifiarr - -",
    "5480/tcp vcenter-vami VMware - -",
    "5540/udp matter Matter - -",
    "5551/tcp rabbitmq-strtls TLS - -",
    "5552/tcp rabbitmq-stream stream - -",
    "5555/tcp adbd Android Android Android",
    "5558/tcp was-sib-mq WebSphere - -",
    "5601/tcp kibana Kibana Kibana Kibana",
    "5665/tcp icinga2 Icinga Icinga Icinga",
    "5666/tcp nrpe Nagios Nagios Nagios",
    "5671/tcp amqps TLS TLS TLS",
    "5672/tcp amqp RabbitMQ RabbitMQ RabbitMQ",
    "5678/tcp n8n n8n - -",
    "5683/udp coap sensors sensores 传感器",
    "5701/tcp hazelcast Hazelcast - -",
    "5801/tcp vnc-http 1 - -",
    "5900/tcp rfb VNC VNC VNC",
    "5904/tcp rfb 4 - -",
    "5938/tcp,udp teamviewer support Suporte 远程支持",
    "5984/tcp couchdb CouchDB CouchDB CouchDB",
    "5985/tcp wsman Windows Windows Windows",
    "5986/tcp wsmans HTTPS HTTPS HTTPS",
    "6000/tcp x11 display tela 显示",
    "6006/tcp tensorboard TensorBoard - -",
    "6033/tcp proxysql ProxySQL - -",
    "6081/tcp varnish Varnish - -",
    "6081/udp geneve Geneve - -",
    "6121/tcp ro-char character - -",
    "6333/tcp qdrant Qdrant - -",
    "6343/udp sflow sFlow sFlow sFlow",
    "6379/tcp redis Redis Redis Redis",
    "6385/tcp ironic-api bare - -",
    "6432/tcp pgbouncer PostgreSQL PostgreSQL PostgreSQL",
    "6443/tcp kube-apiserver Kubernetes Kubernetes Kubernetes",
    "6514/tcp syslog-tls TLS TLS TLS",
    "6556/tcp checkmk-agent Checkmk Checkmk Checkmk",
    "6650/tcp pulsar Pulsar - -",
    "6653/tcp openflow controller controlador 控制器",
    "6667/tcp ircd IRC IRC IRC",
    "6697/tcp ircs-u IRC IRC IRC",
    "6789/tcp ceph-mon Ceph Ceph Ceph",
    "6817/tcp slurmctld Slurm - -",
    "6878/tcp lsf-res LSF - -",
    "6881/tcp bittorrent BitTorrent BitTorrent BitTorrent",
    "6885/tcp bittorrent peers Pares 对等",
    "7001/tcp weblogic WebLogic WebLogic WebLogic",
    "7070/tcp anydesk AnyDesk AnyDesk AnyDesk",
    "7077/tcp spark-master Spark - -",
    "7088/tcp janus-admin Janus - -",
    "7171/tcp tibia-login Tibia - -",
    "7199/tcp cassandra-jmx JMX - -",
    "7272/tcp was-node-disc agent - -",
    "7276/tcp was-sib messaging - -",
    "7396/tcp widelands Widelands - -",
    "7472/tcp metallb-metrics MetalLB - -",
    "7474/tcp neo4j Neo4j Neo4j Neo4j",
    "7547/tcp cwmp TR-069 TR-069 TR-069",
    "7687/tcp bolt Bolt Bolt Bolt",
    "7707/udp killingfloor Floor - -",
    "7860/tcp gradio Gradio - -",
    "7869/tcp lsf-lim load - -",
    "7878/tcp radarr Radarr - -",
    "7880/tcp livekit LiveKit - -",
    "7881/tcp livekit-tcp TCP - -",
    "8000/tcp django Django Django Django",
    "8006/tcp proxmox-ve Proxmox Proxmox Proxmox",
    "8009/tcp ajp Tomcat Tomcat Tomcat",
    "8055/tcp directus Directus - -",
    "8080/tcp http-alt proxies Proxies 代理",
    "8080/tcp jenkins Jenkins Jenkins Jenkins",
    "8080/tcp tomcat-http Tomcat Tomcat Tomcat",
    "8080/tcp sabnzbd SABnzbd - -",
    "8081/tcp nexus-repo Nexus Nexus Nexus",
    "8083/tcp kafka-connect Kafka - -",
    "8085/tcp wow-world Warcraft - -",
    "8086/tcp influxdb InfluxDB InfluxDB InfluxDB",
    "8090/tcp confluence Confluence Confluence Confluence",
    "8091/tcp couchbase Couchbase - -",
    "8096/tcp jellyfin Jellyfin Jellyfin Jellyfin",
    "8111/tcp teamcity TeamCity - -",
    "8118/tcp privoxy Privoxy - -",
    "8123/tcp clickhouse-http ClickHouse ClickHouse ClickHouse",
    "8123/tcp home-assistant Assistant Assistant Assistant",
    "8125/udp statsd counters contadores 计数",
    "8140/tcp puppet Puppet Puppet Puppet",
    "8188/tcp janus-ws WebSocket - -",
    "8193/tcp focas Fanuc - -",
    "8200/tcp vault secrets segredos 机密",
    "8291/tcp winbox MikroTik MikroTik MikroTik",
    "8300/tcp consul-server Consul Consul Consul",
    "8322/tcp mediamtx-rtsps RTSP - -",
    "8332/tcp bitcoin-rpc RPC - -",
    "8333/tcp bitcoin Bitcoin Bitcoin 比特币",
    "8409/tcp ersatztv ErsatzTV - -",
    "8428/tcp victoriametrics VictoriaMetrics - -",
    "8443/tcp https-alt HTTPS HTTPS HTTPS",
    "8443/tcp unifi UniFi UniFi UniFi",
    "8448/tcp matrix-fed Matrix Matrix Matrix",
    "8472/udp flannel-vxlan VXLAN VXLAN VXLAN",
    "8500/tcp consul-http Consul Consul Consul",
    "8530/tcp wsus Update - -",
    "8774/tcp nova-api compute - -",
    "8776/tcp cinder-api block - -",
    "8834/tcp nessus-web Nessus - -",
    "8879/tcp was-dmgr-soap SOAP - -",
    "8880/tcp was-soap WebSphere - -",
    "8883/tcp secure-mqtt TLS TLS TLS",
    "8888/tcp jupyter Jupyter Jupyter Jupyter",
    "8889/tcp mediamtx-webrtc WebRTC - -",
    "8899/udp goodwe GoodWe - -",
    "8983/tcp solr Solr Solr Solr",
    "8989/tcp sonarr Sonarr - -",
    "9000/tcp php-fpm FastCGI FastCGI FastCGI",
    "9000/tcp minio object objetos 对象存储",
    "9000/tcp sonarqube SonarQube SonarQube SonarQube",
    "9000/tcp portainer Portainer Portainer Portainer",
    "9003/tcp xdebug Xdebug - -",
    "9020/tcp doris-fe-rpc Thrift - -",
    "9030/tcp doris-fe-query MySQL - -",
    "9042/tcp cassandra Cassandra Cassandra Cassandra",
    "9043/tcp was-admin-ssl HTTPS - -",
    "9050/tcp tor-socks Tor Tor Tor",
    "9060/tcp was-admin administrative - -",
    "9090/tcp prometheus Prometheus Prometheus Prometheus",
    "9090/tcp cockpit console Console 控制台",
    "9091/tcp transmission Transmission - -",
    "9092/tcp kafka Kafka Kafka Kafka",
    "9093/tcp alertmanager alerts alertas 告警",
    "9100/tcp hp-pdl-datastr HP HP HP",
    "9100/tcp jetdirect printers impressoras 打印机",
    "9100/tcp node-exporter operating operacional 操作系统",
    "9101/tcp bacula-dir Bacula Bacula Bacula",
    "9102/tcp bacula-fd Bacula Bacula Bacula",
    "9103/tcp bacula-sd backups cópias 备份",
    "9168/tcp gitlab-exporter GitLab - -",
    "9187/tcp postgres-exp PostgreSQL - -",
    "9200/tcp elasticsearch Elasticsearch REST REST",
    "9216/tcp mongodb-exp MongoDB - -",
    "9292/tcp glance-api image - -",
    "9300/tcp elastic-node nodes nós 节点",
    "9311/tcp barbican-api key - -",
    "9353/tcp was-dcs core - -",
    "9380/tcp ragflow RAGFlow - -",
    "9390/tcp gvmd Greenbone - -",
    "9392/tcp veeam Veeam - -",
    "9411/tcp zipkin traces rastros 追踪",
    "9418/tcp git Git Git Git",
    "9420/tcp moosefs-chunk MooseFS - -",
    "9421/tcp moosefs-master MooseFS - -",
    "9443/tcp portainer containers contêineres 容器",
    "9500/tcp longhorn-mgr Longhorn - -",
    "9511/tcp magnum-api container - -",
    "9522/udp sma-spw Speedwire - -",
    "9618/tcp condor HTCondor - -",
    "9696/tcp neutron-server networking - -",
    "9879/tcp cilium-status Cilium - -",
    "9910/udp atem ATEM - -",
    "9990/tcp videohub Videohub - -",
    "9993/udp zerotier ZeroTier ZeroTier ZeroTier",
    "9993/tcp hyperdeck HyperDeck - -",
    "9997/tcp splunk-s2s Splunk - -",
    "9997/tcp mediamtx-api MediaMTX - -",
    "10000/tcp webmin administration administração 管理",
    "10000/tcp ndmp backup Cópia 备份",
    "10023/udp x32-osc X32 - -",
    "10050/tcp zabbix-agent Zabbix Zabbix Zabbix",
    "10051/tcp zabbix-trapper Zabbix Zabbix Zabbix",
    "10248/tcp kubelet-healthz health - -",
    "10250/tcp kubelet control controle 控制平面",
    "10257/tcp kube-ctrl-mgr controller - -",
    "10332/tcp neo-rpc Neo - -",
    "10350/tcp antrea-agent Antrea - -",
    "10480/udp swat4 SWAT - -",
    "10809/tcp nbd block bloco 块设备",
    "11112/tcp dicom DICOM DICOM DICOM",
    "11211/tcp memcache cache cache 缓存",
    "11371/tcp hkp OpenPGP OpenPGP OpenPGP",
    "11434/tcp ollama model modelos 模型",
    "11625/tcp stellar-core Stellar - -",
    "12024/tcp digibyte DigiByte - -",
    "12201/tcp,udp gelf GELF GELF GELF",
    "12203/udp mohaa Medal - -",
    "13327/tcp crossfire Crossfire - -",
    "14567/udp bf1942 1942 - -",
    "15001/tcp istio-outbound outbound - -",
    "15012/tcp istiod-xds Istiod - -",
    "15021/tcp istio-health Istio - -",
    "15090/tcp istio-envoy-met Envoy - -",
    "15600/tcp iota-hornet IOTA - -",
    "15671/tcp rabbitmq-mgmts TLS - -",
    "15672/tcp rabbitmq-mgmt management gerência 管理",
    "15692/tcp rabbitmq-prom Prometheus - -",
    "15868/tcp masakari-api availability - -",
    "16110/tcp kaspa-rpc Kaspa - -",
    "16509/tcp libvirt libvirt libvirt libvirt",
    "16686/tcp jaeger-ui Jaeger Jaeger Jaeger",
    "16992/tcp amt-soap-http AMT - -",
    "17500/tcp db-lsp Dropbox Dropbox Dropbox",
    "17567/udp bf2142 2142 - -",
    "18245/tcp ge-srtp SRTP - -",
    "19132/udp minecraft-be Bedrock - -",
    "19530/tcp milvus Milvus - -",
    "19999/tcp netdata Netdata Netdata Netdata",
    "20000/tcp,udp dnp DNP3 DNP3 DNP3",
    "20256/tcp pcom Unitronics - -",
    "20547/tcp proconos ProConOS - -",
    "20561/udp mac-telnet MikroTik - -",
    "22000/tcp,udp syncthing Syncthing Syncthing Syncthing",
    "22556/tcp dogecoin Dogecoin - -",
    "23000/udp bf-query 1942 - -",
    "24007/tcp glusterd Gluster - -",
    "24224/tcp,udp fluentd-forward Fluentd Fluentd Fluentd",
    "25565/tcp minecraft Minecraft Minecraft Minecraft",
    "25577/tcp bungeecord BungeeCord - -",
    "25672/tcp rabbitmq-dist Erlang - -",
    "26257/tcp cockroach CockroachDB - -",
    "26379/tcp redis-sentinel Sentinel Sentinel Sentinel",
    "27000/tcp flex-lm FlexNet Licenças 许可",
    "27015/udp srcds game jogos 游戏",
    "27017/tcp mongodb MongoDB MongoDB MongoDB",
    "28784/udp koyo-ecom Koyo - -",
    "28785/udp sauerbraten Sauerbraten - -",
    "29318/tcp mautrix-wa WhatsApp - -",
    "29334/tcp mautrix-discord Discord - -",
    "30120/tcp,udp fivem FiveM - -",
    "30303/tcp ethereum Ethereum - -",
    "32400/tcp plex Plex Plex Plex",
    "33060/tcp mysqlx MySQL - -",
    "34197/udp factorio Factorio - -",
    "34567/tcp xmeye Xiongmai - -",
    "35729/tcp livereload LiveReload - -",
    "37777/tcp dahua Dahua - -",
    "38899/udp wiz WiZ - -",
    "41641/udp tailscale Tailscale Tailscale Tailscale",
    "42420/tcp,udp vintagestory Vintage - -",
    "44400/udp warsow Warsow - -",
    "44818/tcp,udp EtherNet-IP-2 EtherNet/IP EtherNet/IP EtherNet/IP",
    "47808/udp bacnet building prediais 楼宇",
    "48333/tcp bitcoin-test4 network - -",
    "50000/tcp db2 Db2 Db2 Db2",
    "50000/tcp jenkins-agent Jenkins Jenkins Jenkins",
    "50013/tcp sapctrl00 start - -",
    "51820/udp wireguard WireGuard WireGuard WireGuard",
    "51871/udp cilium-wg WireGuard - -",
    "55000/tcp wazuh-api Wazuh - -",
    "55443/tcp yeelight Yeelight - -",
    "56700/udp lifx LIFX - -",
    "60128/tcp,udp eiscp Onkyo - -",
    "61613/tcp stomp STOMP STOMP STOMP",
    "61616/tcp activemq ActiveMQ ActiveMQ ActiveMQ",
    "62078/tcp lockdownd iPhone - -",
    "62541/tcp ignition-ua Ignition - -",
    "64738/tcp,udp mumble voice voz 语音",
};

static const char *const languages[] = {"Description", "Description[pt]", "Description[zh]"};

/* The sources, highest first. */
enum { IN_USE, REGISTRY, WELL_KNOWN, COMMON, IN_BRIEF, UNIX_SERVICES, SOURCE_COUNT };

static const char *const paths[SOURCE_COUNT] = {
    [IN_USE] = DATA_DIR "/tables/60-services-in-use.csv",
    [REGISTRY] = DATA_DIR "/tables/00-registry.csv",
    [WELL_KNOWN] = DATA_DIR "/tables/20-well-known-ports.en.csv",
    [COMMON] = DATA_DIR "/tables/30-common-ports.en.csv",
    [IN_BRIEF] = DATA_DIR "/tables/40-ports-in-brief.en.csv",
    [UNIX_SERVICES] = DATA_DIR "/tables/10-unix-services.zh.csv",
};

static struct database database;

/* Of each source and port, the number of its first claim, from 1, and of each claim the next. */
static size_t first_at[SOURCE_COUNT][UINT16_MAX + 1];
static size_t *next_at[SOURCE_COUNT];

static void read_tables(void)
{
	const char *texts[SOURCE_COUNT];

	for (size_t i = 0; i < SOURCE_COUNT; i++)
		texts[i] = read_file(paths[i], NULL);
	database_make(&database, texts, SOURCE_COUNT);
	cr_assert_eq(database.diagnostics.refused, 0);
	for (size_t i = 0; i < SOURCE_COUNT; i++) {
		const struct source *source = &database.sources[i];
		free((char *)texts[i]);
		next_at[i] = calloc(source->claim_count + 1, sizeof *next_at[i]);
		/* From behind, so that each chain is in the order of the source. */
		for (size_t claim = source->claim_count; claim > 0; claim--) {
			uint16_t port = source->claims[claim - 1].port;
			next_at[i][claim] = first_at[i][port];
			first_at[i][port] = claim;
		}
	}
}

static void forget_tables(void)
{
	for (size_t i = 0; i < SOURCE_COUNT; i++)
		free(next_at[i]);
	database_free(&database);
}

TestSuite(services_in_use, .init = read_tables, .fini = forget_tables);

/* The next claim of the port and protocol behind number, which starts as 0; NULL if there is none.
 */
static const struct claim *next_claim(int source, unsigned port, const char *protocol,
				      size_t *number)
{
	do
		*number = *number == 0 ? first_at[source][port] : next_at[source][*number];
	while (*number > 0 &&
	       strcmp(database.sources[source].claims[*number - 1].protocol, protocol) != 0);
	return *number > 0 ? &database.sources[source].claims[*number - 1] : NULL;
}

static const struct claim *find_claim(int source, const char *name, unsigned port,
				      const char *protocol)
{
	size_t number = 0;
	const struct claim *claim;

	do
		claim = next_claim(source, port, protocol, &number);
	while (claim && strcmp(claim->name, name) != 0);
	return claim;
}

static const char *fact_of(const struct claim *claim, const char *column)
{
	const char *fact = claim_fact(claim, column);

	return fact ? fact : "";
}

static void expect_fact(unsigned port, const char *protocol, const char *name, char *const *words)
{
	const struct claim *claim = find_claim(IN_USE, name, port, protocol);

	cr_assert(claim, "missing: %s %u/%s", name, port, protocol);
	for (size_t i = 0; i < LENGTH(languages); i++)
		if (strcmp(words[i], "-") != 0)
			cr_expect(strstr(fact_of(claim, languages[i]), words[i]),
				  "%s %u/%s: %s says '%s', without '%s'", name, port, protocol,
				  languages[i], fact_of(claim, languages[i]), words[i]);
}

Test(services_in_use, say_what_is_known)
{
	unsigned count = 0;

	for (size_t i = 0; i < LENGTH(facts); i++) {
		char name[64];
		char protocols[64];
		char words[3][64];
		char *rest;
		unsigned port;
		cr_assert_eq(sscanf(facts[i], "%u/%63s %63s %63s %63s %63s", &port, protocols, name,
				    words[0], words[1], words[2]),
			     6, "%s", facts[i]);
		for (char *protocol = strtok_r(protocols, ",", &rest); protocol;
		     protocol = strtok_r(NULL, ",", &rest)) {
			expect_fact(port, protocol, name, (char *[]){words[0], words[1], words[2]});
			count++;
		}
	}
	cr_expect_geq(count, 400);
}

/* Runs the statement for each claim of the table, and says of which one it is where it fails. */
#define FOR_EACH_CLAIM(claim)                                                        \
	for (const struct claim *claim = database.sources[IN_USE].claims,            \
				*end = claim + database.sources[IN_USE].claim_count; \
	     claim < end; claim++)

static int rank_of(const char *protocol)
{
	static const char *const protocols[] = {"tcp", "udp", "sctp", "dccp", "ddp"};
	int rank = 0;

	while (rank < (int)LENGTH(protocols) && strcmp(protocols[rank], protocol) != 0)
		rank++;
	cr_expect_lt(rank, (int)LENGTH(protocols), "%s", protocol);
	return rank;
}

Test(services_in_use, stand_in_order_of_port_and_protocol)
{
	const struct claim *last = NULL;

	FOR_EACH_CLAIM(claim)
	{
		cr_expect(claim->is_service, "line %lu", claim->line);
		/* A row of several services is where its first one belongs. */
		if (last && last->line == claim->line)
			continue;
		if (last)
			cr_expect(last->port < claim->port ||
				      (last->port == claim->port &&
				       rank_of(last->protocol) <= rank_of(claim->protocol)),
				  "line %lu stands too late", claim->line);
		last = claim;
	}
}

/* "port/protocol name": of ports that the registry gives to nobody, the one that is met most. */
static const char *const met_most[] = {
    "5173/tcp vite",       "5938/tcp teamviewer", "8096/tcp jellyfin",  "8123/tcp home-assistant",
    "8333/tcp bitcoin",    "9042/tcp cassandra",  "10250/tcp kubelet",  "15672/tcp rabbitmq-mgmt",
    "25565/tcp minecraft", "27015/udp srcds",     "27017/tcp mongodb",  "32400/tcp plex",
    "50000/tcp db2",       "51820/udp wireguard", "61616/tcp activemq",
};

Test(services_in_use, begin_with_what_is_met_most)
{
	for (size_t i = 0; i < LENGTH(met_most); i++) {
		char protocol[8];
		char name[64];
		unsigned port;
		size_t number = 0;
		cr_assert_eq(sscanf(met_most[i], "%u/%7s %63s", &port, protocol, name), 3);
		const struct claim *first = next_claim(IN_USE, port, protocol, &number);
		cr_assert(first, "missing: %s", met_most[i]);
		cr_expect_str_eq(first->name, name, "%u/%s", port, protocol);
	}
}

Test(services_in_use, are_each_there_once)
{
	FOR_EACH_CLAIM(claim)
	cr_expect_eq(find_claim(IN_USE, claim->name, claim->port, claim->protocol), claim,
		     "line %lu: %s %u/%s is there before", claim->line, claim->name, claim->port,
		     claim->protocol);
}

static void add_owner(char *note, size_t size, const char *name)
{
	size_t length = strlen(note);

	snprintf(note + length, size - length, "%s%s", length > 0 ? ", " : "registered to ", name);
}

/* To whom the registry gives the claim's port; also says whether the claim's name is among them. */
static bool note_owners(const struct claim *claim, char *note, size_t size)
{
	/* A row without a protocol is about all of them, and may be one of a range. */
	const struct source *registry = &database.sources[REGISTRY];
	bool is_owner = false;
	size_t number = 0;
	const struct claim *owner;

	*note = '\0';
	while ((owner = next_claim(REGISTRY, claim->port, claim->protocol, &number))) {
		if (*owner->name)
			add_owner(note, size, owner->name);
		is_owner = is_owner || strcmp(owner->name, claim->name) == 0;
	}
	for (size_t i = 0; i < registry->claim_count; i++) {
		owner = &registry->claims[i];
		if (*owner->protocol || !*owner->name || owner->port > claim->port ||
		    owner->last_port < claim->port)
			continue;
		add_owner(note, size, owner->name);
		is_owner = is_owner || strcmp(owner->name, claim->name) == 0;
	}
	return is_owner;
}

Test(services_in_use, agree_with_the_registry)
{
	char note[256];

	FOR_EACH_CLAIM(claim)
	{
		bool is_registered = note_owners(claim, note, sizeof note);
		const char *status = fact_of(claim, "Status");
		cr_expect_str_eq(status, is_registered ? "official" : "unofficial", "line %lu: %s",
				 claim->line, claim->name);
		cr_expect_str_eq(fact_of(claim, "Assignment Notes"), is_registered ? "" : note,
				 "line %lu: %s", claim->line, claim->name);
	}
}

static bool is_registered_elsewhere(const char *name, const struct claim *claim)
{
	bool is_registered = false;

	for (size_t i = 0; i < database.sources[REGISTRY].claim_count; i++) {
		const struct claim *owner = &database.sources[REGISTRY].claims[i];
		if (strcmp(owner->name, name) != 0)
			continue;
		if (owner->port == claim->port)
			return false;
		is_registered = true;
	}
	return is_registered;
}

/* An alias is for one service, wherever that is. */
Test(services_in_use, have_aliases_of_one_meaning)
{
	FOR_EACH_CLAIM(claim)
	for (size_t i = 0; i < claim->alias_count; i++) {
		const char *alias = claim->aliases[i];
		cr_expect_not(is_registered_elsewhere(alias, claim), "line %lu: %s", claim->line,
			      alias);
		for (size_t j = 0; j < database.sources[IN_USE].claim_count; j++) {
			const struct claim *other = &database.sources[IN_USE].claims[j];
			if (strcmp(other->name, claim->name) == 0)
				continue;
			cr_expect_not(claim_has_name(other, alias), "line %lu: %s is on line %lu",
				      claim->line, alias, other->line);
		}
	}
}

/* Characters of UTF-8. */
static size_t length_of(const char *text)
{
	size_t length = 0;

	for (; *text; text++)
		length += (*text & 0xC0) != 0x80;
	return length;
}

Test(services_in_use, have_short_words)
{
	unsigned counts[LENGTH(languages)] = {0};

	FOR_EACH_CLAIM(claim)
	for (size_t i = 0; i < LENGTH(languages); i++) {
		const char *words = fact_of(claim, languages[i]);
		size_t length = strlen(words);
		if (length == 0 && i > 0)
			continue;
		cr_assert_gt(length, 0, "line %lu: no words", claim->line);
		counts[i]++;
		cr_expect(length_of(words) >= (i == 2 ? 4 : 8) && length_of(words) <= 100,
			  "line %lu: '%s'", claim->line, words);
		cr_expect_neq(words[length - 1], '.', "line %lu: '%s'", claim->line, words);
		cr_expect_null(strstr(words, "。"), "line %lu: '%s'", claim->line, words);
	}
	cr_expect_geq(counts[0], 1500);
	cr_expect_geq(counts[1], 400);
	cr_expect_eq(counts[2], counts[1], "both or none");
}

static bool has_english_words(const struct claim *claim)
{
	static const int sources[] = {WELL_KNOWN, COMMON, IN_BRIEF, IN_USE};

	for (size_t i = 0; i < LENGTH(sources); i++)
		if (find_claim(sources[i], claim->name, claim->port, claim->protocol))
			return true;
	return false;
}

Test(services_in_use, give_english_to_what_is_known_in_chinese)
{
	const struct source *source = &database.sources[UNIX_SERVICES];

	for (size_t i = 0; i < source->claim_count; i++) {
		const struct claim *claim = &source->claims[i];
		cr_expect(has_english_words(claim), "%s %u/%s has no words in English", claim->name,
			  claim->port, claim->protocol);
	}
}
